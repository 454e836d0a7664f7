// A program as Python's optimizers are told of it, and a copy of it with the state that they found.
// Knows nothing of optimizers or of who sends it.
import {
  demoValues,
  type FieldValues,
  type Module,
  prepareProgram,
  pythonSignature,
  type TraceStep,
  withPredictors,
} from "../programs/index.ts";
import type { ErrorRecord } from "../runtime/base/index.ts";
import { remoteInvalid } from "./errors.ts";
import { demoOf, toPythonRecord } from "./python-values.ts";

/** One predictor's state, as Python sends it. */
interface SentPredictor {
  readonly instructions: string;
  readonly fields: readonly { readonly prefix: string; readonly description: string }[];
  readonly demos: readonly SentDemo[];
}

/** A demonstration: one of the data set's examples, or values. */
type SentDemo = { readonly ref: ExampleRef } | { readonly fields: Readonly<Record<string, unknown>> };

/** Which example of which data set. */
export type ExampleRef = readonly [dataset: "train" | "val", index: number];

/** Describes a program: its predictors with all that an optimizer may look at or change. */
export function describeProgram(program: Module, source?: string): object {
  const { modules, predictors } = prepareProgram(program);
  return {
    name: program.constructor.name,
    ...(source === undefined ? {} : { source }),
    modules: modules.map(({ path, module }) => ({ path, kind: module.constructor.name })),
    predictors: predictors.map(({ path, predictor: { signature, demos } }) => ({
      path,
      // Types left out where none was said: prompts about a program show the difference.
      ...pythonSignature(signature, "said"),
      instructions: signature.instructions,
      fields: signature.fields.map(({ prefix, desc }) => ({ prefix, desc })),
      demos: demos.map((demo) => toPythonRecord(demoValues(demo), signature)),
    })),
  };
}

/** A copy of the program with the state that Python sent. Throws OPTIMIZER_REMOTE_INVALID where it is none of this program's. */
export function withSentState<Program extends Module>(
  program: Program,
  state: unknown,
  valuesOf: (ref: ExampleRef) => FieldValues,
): Program {
  return withPredictors(program, (path, predictor) => {
    // `host_program.py` wrote it.
    const sent = (Object(state) as Readonly<Record<string, SentPredictor>>)[path];
    if (sent === undefined) throw remoteInvalid(`it sent no state for the predictor \`${path}\``);
    const signature = predictor.signature.withState({ instructions: sent.instructions, fields: sent.fields });
    const demos = sent.demos.map((demo) => ("ref" in demo ? valuesOf(demo.ref) : demoOf(demo.fields, signature)));
    return predictor.withSignature(signature).withDemos(demos);
  });
}

/** A run as Python's program answers it: outputs and steps as values of the types that their predictors give them. */
export function runToPython(
  program: Module,
  outputs: Readonly<Record<string, unknown>>,
  trace: readonly TraceStep[],
): { readonly outputs: object; readonly trace: readonly object[] } {
  const signatures = new Map(
    prepareProgram(program).predictors.map(({ path, predictor }) => [path, predictor.signature]),
  );
  const steps = trace.map(({ path, inputs, outputs: given }) => ({
    path,
    inputs: toPythonRecord(inputs, signatures.get(path)),
    outputs: toPythonRecord(given, signatures.get(path)),
  }));
  // What a program hands on from its last predictor is of that one's types.
  const last = trace.at(-1);
  const signature = last === undefined ? undefined : signatures.get(last.path);
  return { outputs: toPythonRecord(outputs, signature), trace: steps };
}

/** A run's failure as Python raises it. */
export function failureToPython({ code = "", message, retryable = false, details = {} }: ErrorRecord): object {
  const { path, text, adapterName, expectedFields } = details;
  const said = {
    path: path ?? null,
    answer: text ?? null,
    adapter: adapterName ?? null,
    expected: expectedFields ?? null,
  };
  return { code, message, retryable, ...said };
}
