// The world of one run: everything that a program asks of whoever runs it.
// Knows nothing of who answers: a pool, a worker, a script, a recording.
import type { ProgramSource } from "./hosted-source.ts";
import type { LmCapabilities } from "./lm-capabilities.ts";
import type { Call, Module } from "./module.ts";
import type { ProgramObserver } from "./observer.ts";
import type { PartSink } from "./part-sink.ts";
import type { LmPort, ModelChoice, ProgramWarning, RunModule, RunTool, TraceStep, UsageSink } from "./ports.ts";
import type { RemotePort, RouteReport } from "./remote-port.ts";
import type { OperationRecord } from "./router-decision.ts";

/**
 * Runs a hosted module's `forward` elsewhere and answers what it answers.
 *
 * What it asks for meanwhile is asked of a call that `callUnder` makes, under a signal that ends no later than the one given.
 */
export type RunHosted = (
  source: ProgramSource,
  module: Module,
  inputs: object,
  signal: AbortSignal,
  callUnder: (signal: AbortSignal) => Call,
) => Promise<object>;

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
  /** Has the code of a hosted module run in its thread, and answers what it answers. Default: it runs where it is called. */
  readonly runHosted?: RunHosted;
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
