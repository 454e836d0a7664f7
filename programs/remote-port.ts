// How a program has another runtime, such as Python, do a module's work, and what is told of where routed modules run.
// Knows nothing of who does it.
import type { JsonObject, JsonValue } from "../runtime/base/index.ts";
import type { LmRequest, LmResponse } from "./ports.ts";
import type { RouteDecision, RouteSide } from "./router-decision.ts";
import type { ProgramSettings } from "./settings.ts";
import type { AnySignature } from "./signature.ts";
import type { Tool } from "./tool.ts";

/** One piece of work for the other side. */
export interface RemoteRequest {
  /** What is to run there: `dspy.ProgramOfThought`, or whatever the other side has under this name. */
  readonly target: string;
  /** Which of the other side's pools of workers is to run it. Default: its general one. */
  readonly pool?: string;
  readonly signature: AnySignature;
  /** What the target is made with besides its signature. */
  readonly options: JsonObject;
  /** What it is made with by position, in place of the signature. */
  readonly args?: readonly JsonValue[];
  /** Tools of this side that it may call. */
  readonly tools: readonly Tool[];
  /** The parameters that it is to have. Default: those that it is made with. */
  readonly state?: JsonObject;
  /** Held against the signature, defaults filled in. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A predictor of the other side, while it asks its model within a streamed run. */
export interface RemotePredictor {
  /** Tells the predictor's calls apart. */
  readonly callId: string;
  /** Its path in the other side's program. */
  readonly path: string;
  /** The format in which it asks, as the other side calls it: `ChatAdapter`. */
  readonly adapterName: string;
  /** Its outputs and the texts of their types. */
  readonly outputs: readonly { readonly name: string; readonly type: string }[];
}

/** Where a request comes from, how long it may take, and the way back. */
export interface RemoteContext {
  readonly modulePath: string;
  readonly signal: AbortSignal;
  /** In `Clock.now()` milliseconds; absent means no deadline. */
  readonly deadlineAt?: number;
  /** The run's settings, for what the other side asks its model. */
  readonly settings: ProgramSettings;
  /**
   * Asks the program's own model in the module's name, so that what the other side asks is paced, cached and recorded like all else.
   *
   * In a streamed run the fields of the predictor that asks become parts of the stream.
   */
  readonly complete: (request: LmRequest, predictor?: RemotePredictor) => Promise<LmResponse>;
  /** Whether anybody takes the parts of a streamed run. */
  readonly isStreamed: boolean;
  /** What a predictor's call has come to; for streamed runs. */
  readonly settle: (callId: string, outputs: Readonly<Record<string, unknown>>) => void;
  /** Calls one of the request's tools in the module's name. Rejects with PROGRAM_TOOL_FAILED. */
  readonly callTool: (tool: Tool, args: JsonObject) => Promise<JsonValue>;
}

/** The other side, as a program sees it. */
export interface RemotePort {
  /** Whether it can run this target now. Asked before a route is taken; must not wait for anything. */
  isReady(target: string, pool?: string): boolean;
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
