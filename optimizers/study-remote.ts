// What a study offers besides to an optimizer that runs in another runtime: the way there, and answers to what it asks.
// Only the shape; the study's owner brings it.
import type { ExampleResult, NamedMetric } from "../evaluate/index.ts";
import type { Example, LmRequest, LmResponse, Module, PythonModule, Tool, TraceStep } from "../programs/index.ts";
import type { ErrorRecord, JsonObject, JsonValue } from "../runtime/base/index.ts";
import type { Trial, TrialOptions } from "./trial.ts";

/** Something that the other runtime asks while it works. Values are as Python knows them: floats apart from ints. */
export interface RemoteAsk {
  readonly kind: string;
  readonly name: string;
  readonly input: unknown;
  /** Where in the search it is asked: equal in each run of the same search. */
  readonly slot: string;
}

/** How a handler of the other runtime is called. */
export interface RemoteCallOptions {
  /** Workers by the name of their pool. Default: the pool `optimizer` where there is one, else the general one. */
  readonly pool?: string;
  /** Milliseconds for the whole call. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Answers what the other runtime asks. Outlives a worker that is lost: the next one asks again from the start. */
  readonly serve: (ask: RemoteAsk) => Promise<unknown>;
}

/** Where in the search a model is asked. */
export interface CompletePlace {
  readonly slot: string;
  /** The predictor that asks; `optimizer` where the search itself does. */
  readonly modulePath: string;
  /** `provider/model`. Default: the study's own. */
  readonly model?: string;
}

/** An answer, or what the model failed with. */
export type Completed =
  | { readonly status: "done"; readonly response: LmResponse }
  | { readonly status: "failed"; readonly error: unknown };

/** A tool that a program of the other runtime calls. */
export interface ToolAsk {
  readonly toolName: string;
  readonly args: JsonObject;
  readonly slot: string;
}

/** A tool's result, or what it failed with. */
export type Called =
  | { readonly status: "done"; readonly result: JsonValue }
  | { readonly status: "failed"; readonly error: unknown };

/** How a prediction is to be judged. */
export interface JudgeOptions {
  readonly slot: string;
  readonly purpose: "evaluation" | "bootstrapping";
  readonly trace: readonly TraceStep[];
}

/** A trial that somebody else runs. */
export interface OpenTrial {
  /** Records how the examples of its data set did, in their order. */
  end(results: readonly ExampleResult[]): Promise<Trial>;
  /** It came to nothing. */
  fail(error: ErrorRecord): void;
}

/** A study, as an optimizer in another runtime needs it. All of it rejects only when the study itself ends. */
export interface StudyRemote {
  /** What the study's model can do, as Python's adapters ask it, and the adapter's name. */
  readonly lmCapabilities: readonly string[];
  readonly adapterName?: string;
  /** The study's metrics, the primary one first. */
  readonly metrics: readonly NamedMetric[];
  /** Calls a handler there; from the start again, a bounded number of times, where the process that works on it is lost. */
  call(handler: string, options: RemoteCallOptions, input: unknown): Promise<unknown>;
  /** The search begins again from the start: positions are counted anew, and what was recorded meanwhile answers from the record. */
  restart(): void;
  /** Asks a model for the search. A recorded answer, or failure, is given without asking anybody. */
  complete(request: LmRequest, place: CompletePlace): Promise<Completed>;
  /** Calls one of a program's tools for it, and records that; a recorded result is given without calling it. */
  callTool(tools: readonly Tool[], call: ToolAsk): Promise<Called>;
  /** Judges by the primary metric, and records it; a recorded judgement stands. */
  judge(
    example: Example,
    prediction: Readonly<Record<string, unknown>>,
    options: JudgeOptions,
  ): Promise<ExampleResult["outcome"]>;
  /** Records a candidate whose evaluation begins. Rejects with RUN_DIVERGED where the record holds another one for this trial. */
  beginTrial(candidate: Module, options: TrialOptions): Promise<OpenTrial>;
  /** What a program of Python's is made of there. */
  specOf(program: PythonModule): object;
}
