// Runs a pipeline's stages: one after the other, the steps of one side by side.
// Knows nothing of how a pipeline is built.
import type { FieldValues } from "./adapter.ts";
import type { Call, Module, StepScope } from "./module.ts";
import { outputClash } from "./pipeline-errors.ts";
import { type StepRecord, valuesFor } from "./pipeline-steps.ts";

/** Steps that run side by side; most stages have one. */
export interface Stage {
  readonly names: readonly string[];
  /** For each of its steps, in milliseconds. */
  readonly timeoutMs?: number;
}

/** What the steps answered, later ones over earlier ones, and what became of each, in the order in which they ended. */
export interface StagesRun {
  readonly outputs: FieldValues;
  readonly steps: readonly StepRecord[];
}

/** A step of the pipeline, by name. */
type StepOf = (name: string) => Module | undefined;

/** Runs the stages. With `stop` the first failure ends the run, and those that run beside it; with `continue` each is only recorded. */
export async function runStages(
  stages: readonly Stage[],
  stepOf: StepOf,
  inputs: FieldValues,
  call: Call,
  onError: "stop" | "continue",
): Promise<StagesRun> {
  const steps: StepRecord[] = [];
  let values = inputs;
  let outputs: FieldValues = {};
  for (const stage of stages) {
    const answered = await new StageRun(stepOf, values, call, onError, steps).run(stage);
    values = { ...values, ...answered };
    outputs = { ...outputs, ...answered };
  }
  return { outputs, steps };
}

class StageRun {
  readonly #stepOf: StepOf;
  readonly #values: FieldValues;
  readonly #call: Call;
  readonly #onError: "stop" | "continue";
  readonly #steps: StepRecord[];

  constructor(stepOf: StepOf, values: FieldValues, call: Call, onError: "stop" | "continue", steps: StepRecord[]) {
    this.#stepOf = stepOf;
    this.#values = values;
    this.#call = call;
    this.#onError = onError;
    this.#steps = steps;
  }

  async run({ names, timeoutMs }: Stage): Promise<FieldValues> {
    const time = timeoutMs === undefined ? undefined : { timeoutMs };
    const [only] = names;
    if (names.length === 1 && only !== undefined) return this.#tryStep(only, time);
    const siblings = new AbortController();
    let first: { readonly error: unknown } | undefined;
    const answers = await Promise.all(
      names.map((name) =>
        this.#tryStep(name, { ...time, signal: siblings.signal }).catch((error: unknown) => {
          first ??= { error };
          // Their outcome has no taker any more.
          siblings.abort(new Error(`\`${name}\`, which ran beside it, failed`, { cause: error }));
          return {};
        }),
      ),
    );
    if (first !== undefined) throw first.error;
    return this.#merged(names, answers);
  }

  async #tryStep(name: string, scope: StepScope | undefined): Promise<FieldValues> {
    try {
      return await this.#step(name, scope);
    } catch (error) {
      // A run that is over has nothing to go on with.
      if (this.#onError === "stop" || this.#call.signal.aborted) throw error;
      return {};
    }
  }

  async #step(step: string, scope: StepScope | undefined): Promise<FieldValues> {
    const call = this.#call;
    const module = this.#stepOf(step);
    // Every name was given a module when the pipeline was built, or by whoever made a changed copy.
    if (module === undefined) return {};
    const path = call.path === "self" ? step : `${call.path}.${step}`;
    const startedMs = call.now();
    try {
      const outputs: FieldValues = { ...(await call.run(module, valuesFor(module, this.#values), scope)) };
      const durationMs = call.now() - startedMs;
      this.#steps.push({ step, path, status: "stopped", durationMs });
      call.parts?.onStep({ type: "step-complete", path, step, outputs });
      return outputs;
    } catch (error) {
      const durationMs = call.now() - startedMs;
      this.#steps.push({ step, path, status: "failed", durationMs, error });
      call.parts?.onStep({ type: "step-failed", path, step, error });
      throw error;
    }
  }

  #merged(names: readonly string[], answers: readonly FieldValues[]): FieldValues {
    const givenBy = new Map<string, string>();
    answers.forEach((answer, index) => {
      const step = names[index] ?? "";
      for (const output of Object.keys(answer)) {
        const other = givenBy.get(output);
        if (other !== undefined) throw outputClash(this.#call.path, output, [other, step]);
        givenBy.set(output, step);
      }
    });
    return Object.assign({}, ...answers);
  }
}
