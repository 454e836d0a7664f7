// The world of one run: everything that a program asks of whoever runs it.
// Knows nothing of who answers: a pool, a worker, a script, a recording.
import type { JsonObject } from "../runtime/base/index.ts";
import type { LmCapabilities } from "./lm-capabilities.ts";
import type { ProgramObserver } from "./observer.ts";
import type { PartSink } from "./part-sink.ts";
import type {
  LmPort,
  LmRequest,
  LmResponse,
  ModelChoice,
  ProgramWarning,
  RunModule,
  RunTool,
  TraceStep,
  UsageSink,
} from "./ports.ts";
import type { OperationRecord, RouteDecision, RouteSide } from "./router-decision.ts";
import type { ProgramSettings } from "./settings.ts";
import type { AnySignature } from "./signature.ts";

/** One piece of work for the other side. */
export interface RemoteRequest {
  /** What is to run there: `dspy.ProgramOfThought`, or whatever the other side has under this name. */
  readonly target: string;
  readonly signature: AnySignature;
  /** What the target is made with besides its signature. */
  readonly options: JsonObject;
  /** Held against the signature, defaults filled in. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** Where a request comes from, how long it may take, and the way back. */
export interface RemoteContext {
  readonly modulePath: string;
  readonly signal: AbortSignal;
  /** In `Clock.now()` milliseconds; absent means no deadline. */
  readonly deadlineAt?: number;
  /** The run's settings, for what the other side asks its model. */
  readonly settings: ProgramSettings;
  /** Asks the program's own model in the module's name, so that what the other side asks is paced, cached and recorded like all else. */
  readonly complete: (request: LmRequest) => Promise<LmResponse>;
}

/** The other side, as a program sees it. */
export interface RemotePort {
  /** Whether it can run this target now. Asked before a route is taken; must not wait for anything. */
  isReady(target: string): boolean;
  /** Runs the target and answers its outputs by name. A rejection reaches the program's caller unchanged. */
  run(request: RemoteRequest, context: RemoteContext): Promise<object>;
}

/** What a routed module makes known. `path` is its own. */
export type RouteReport =
  | { readonly kind: "route-decided"; readonly path: string; readonly decision: RouteDecision }
  | {
      readonly kind: "route-changed";
      readonly path: string;
      readonly operation: string;
      readonly from: RouteSide;
      readonly to: RouteSide;
      readonly error: unknown;
    }
  | {
      readonly kind: "route-ended";
      readonly path: string;
      readonly operation: string;
      readonly side: RouteSide;
      readonly status: "stopped" | "failed";
      readonly durationMs: number;
    };

/** The world of one run. */
export interface ProgramPorts {
  readonly lm: LmPort;
  /** What a model can do; asked where settings name a model and not what it can do. Default: nothing. */
  readonly capabilitiesOf?: (model: ModelChoice) => LmCapabilities | undefined;
  /** Takes the parts of a streamed run. Default: the run is not streamed. */
  readonly parts?: PartSink;
  /** Adds up what the run's requests cost, beside the settings' own. Default: nobody does. */
  readonly usage?: UsageSink;
  /** Hear what happens inside the run, beside the settings' own. Default: nobody does. */
  readonly observers?: readonly ProgramObserver[];
  /** Names the run in what is heard of it. Default `run`. */
  readonly callId?: string;
  /** Default: modules run where they are called. */
  readonly runModule?: RunModule;
  /** Default: tools run where they are called, and a call has no key. */
  readonly runTool?: RunTool;
  /** Told of each predictor's step when its answer is parsed, in that order. */
  readonly trace?: (step: TraceStep) => void;
  /** Has another runtime, such as Python, do a module's work. Default: none is set up. */
  readonly remote?: RemotePort;
  /** What has been measured of an operation's sides so far. Default: nothing is measured. */
  readonly routeRecord?: (operation: string) => Promise<OperationRecord>;
  /** Told where routed modules run. Default: nobody is told. */
  readonly report?: (report: RouteReport) => void;
  /** Told of what `compat` lets pass. Default: nobody is told. */
  readonly warn?: (warning: ProgramWarning) => void;
}
