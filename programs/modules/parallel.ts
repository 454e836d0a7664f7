// One module at many inputs, so many at once.
// Knows nothing of what the module does.
import { BaseError, type ErrorRecord, toErrorRecord } from "../../runtime/base/index.ts";
import { type Call, Module } from "../module.ts";
import type { Prediction } from "../prediction.ts";
import { atLeastOne } from "./module-errors.ts";
import { windowed } from "./windowed.ts";

/** How many at once, and what becomes of failures. */
export interface ParallelOptions {
  /** How many inputs are worked on at once. Default 8. */
  readonly concurrency?: number;
  /** At so many failures the rest is given up. Default 10. */
  readonly maxErrors?: number;
  /** Milliseconds for one input; past them it has failed. Default: the run's deadline alone. */
  readonly itemTimeoutMs?: number;
}

/** An input that failed. */
export interface ParallelFailure {
  /** Its place in the list. */
  readonly index: number;
  readonly error: ErrorRecord;
}

/** What came of the inputs. */
export interface ParallelOutputs<Outputs extends object> {
  /** A prediction per input, in the order of the inputs; null where it failed. */
  results: readonly (Prediction<Outputs> | null)[];
  failures: readonly ParallelFailure[];
}

const CONCURRENCY = 8;
const MAX_ERRORS = 10;

/** Runs a module at each of a list of inputs. */
export class Parallel<Inputs extends object = object, Outputs extends object = object> extends Module<
  { items: readonly Inputs[] },
  ParallelOutputs<Outputs>
> {
  readonly module: Module<Inputs, Outputs>;
  readonly options: ParallelOptions;

  constructor(module: Module<Inputs, Outputs>, options: ParallelOptions = {}) {
    super();
    for (const option of ["concurrency", "maxErrors"] as const) {
      const count = options[option];
      if (count !== undefined) atLeastOne("parallel", option, count);
    }
    this.module = module;
    this.options = Object.freeze({ ...options });
  }

  override get inputNames(): readonly string[] | undefined {
    return ["items"];
  }

  override async forward({ items }: { items: readonly Inputs[] }, call: Call): Promise<ParallelOutputs<Outputs>> {
    const { concurrency = CONCURRENCY, maxErrors = MAX_ERRORS, itemTimeoutMs } = this.options;
    const given = new AbortController();
    const scope = { signal: given.signal, ...(itemTimeoutMs === undefined ? {} : { timeoutMs: itemTimeoutMs }) };
    const results: (Prediction<Outputs> | null)[] = items.map(() => null);
    const failed: { readonly index: number; readonly error: unknown }[] = [];
    await windowed(items.length, concurrency, async (index) => {
      const inputs = items[index];
      if (inputs === undefined || given.signal.aborted) return;
      try {
        results[index] = await call.run(this.module, inputs, scope);
      } catch (error) {
        if (call.signal.aborted) throw error;
        if (given.signal.aborted) return;
        failed.push({ index, error });
        if (failed.length >= maxErrors) given.abort("too many inputs failed");
      }
    });
    const failures = failed
      .sort((a, b) => a.index - b.index)
      .map(({ index, error }) => ({ index, error: toErrorRecord(error) }));
    if (given.signal.aborted) throw givenUp(call.path, maxErrors, { results, failures }, failed.at(-1)?.error);
    return { results, failures };
  }
}

/** Makes a module that takes a list: `parallel(qa)` runs `qa` at each of `{ items: [{ question: "…" }, …] }`. Rejects with PROGRAM_PARALLEL_FAILED at too many failures. */
export function parallel<Inputs extends object, Outputs extends object>(
  module: Module<Inputs, Outputs>,
  options: ParallelOptions = {},
): Parallel<Inputs, Outputs> {
  return new Parallel(module, options);
}

function givenUp(path: string, maxErrors: number, outputs: ParallelOutputs<object>, cause: unknown): BaseError {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new BaseError(
    "PROGRAM_PARALLEL_FAILED",
    `\`${path}\` gave up after ${maxErrors} failures; one of them: ${said} What was done by then is in \`details.results\`. Raise maxErrors to go on regardless.`,
    { cause, details: { path, maxErrors, ...outputs } },
  );
}
