// A program's parameters as JSON, in the shape of DSPy's files, and back.
// Knows nothing of files.
import { contentHash, type JsonObject, type JsonValue } from "../runtime/base/index.ts";
import type { FieldValues } from "./adapter.ts";
import { withPredictors } from "./copy.ts";
import { holdsKind } from "./custom-types.ts";
import { demoValues } from "./demo.ts";
import { stateInvalid } from "./errors.ts";
import { jsonSchemaText } from "./json-schema.ts";
import type { Module } from "./module.ts";
import type { Predict } from "./predict.ts";
import { prepareProgram } from "./prepare.ts";
import { toPlain } from "./python/values.ts";
import type { SignatureState } from "./signature.ts";
import { toPython } from "./to-python.ts";

/** One predictor's parameters. */
export interface PredictorState extends JsonObject {
  readonly traces: readonly JsonValue[];
  readonly train: readonly JsonValue[];
  readonly demos: readonly JsonObject[];
  readonly signature: SignatureState;
  readonly lm: null;
}

/** The parameters of each predictor by its path; a program that is one predictor has the path `self`. */
export interface ProgramState {
  readonly [path: string]: PredictorState;
}

/** The parameters of a program: instructions, field wording and demonstrations of each predictor. */
export function programState(program: Module): ProgramState {
  return Object.fromEntries(
    prepareProgram(program).predictors.map(({ path, predictor }) => [path, stateOf(predictor)]),
  );
}

/**
 * A copy of a program with saved parameters.
 *
 * Reads what `programState` wrote, and DSPy's own files: `metadata` and entries of other programs are passed over, a bare predictor may be flat.
 * Throws PROGRAM_STATE_INVALID where an entry is missing, does not fit, or names a model of its own.
 */
export function withProgramState<Program extends Module>(program: Program, state: JsonObject): Program {
  return withPredictors(program, (path, predictor) => {
    const entry = state[path] ?? (path === "self" && "signature" in state ? state : undefined);
    return withPredictorState(path, predictor, entry);
  });
}

/** Identifies a program's parameters, field names and types, and sampling options: equal hash, equal prompts. */
export function programHash(program: Module): string {
  const predictors = prepareProgram(program).predictors.map(({ path, predictor }) => ({
    path,
    signature: predictor.signature.toString(),
    fields: predictor.signature.fields.map(({ name, type, typed, constraintsText }) => ({
      name,
      typed,
      constraintsText,
      // The signature's text names such types only.
      ...(holdsKind(type, ["enum", "model", "custom"]) ? { schema: jsonSchemaText(type) } : {}),
    })),
    state: stateOf(predictor),
    config: predictor.config,
    rolloutId: predictor.rolloutId,
  }));
  return contentHash({ program: program.constructor.name, predictors });
}

function stateOf(predictor: Predict): PredictorState {
  return {
    traces: [],
    train: [],
    demos: predictor.demos.map((demo) => jsonRecord(demoValues(demo))),
    signature: predictor.signature.state(),
    lm: null,
  };
}

function jsonRecord(values: FieldValues): JsonObject {
  const plain: Record<string, JsonValue> = {};
  for (const [name, value] of Object.entries(values)) {
    // What `toPython` takes, `toPlain` answers as plain JSON data, bigints apart; those become text.
    if (value !== undefined) plain[name] = jsonValue(toPlain(toPython(value)));
  }
  return plain;
}

function jsonValue(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? String(item) : item)));
}

function withPredictorState(path: string, predictor: Predict, entry: JsonValue | undefined): Predict {
  if (!isObject(entry)) throw stateInvalid(path, "there is no entry for it.");
  const { signature, demos, lm } = entry;
  if (!isSignatureState(signature))
    throw stateInvalid(path, "`signature` with `instructions` and `fields` is missing.");
  if (!Array.isArray(demos) || !demos.every(isObject)) throw stateInvalid(path, "`demos` is no list of objects.");
  if (lm !== undefined && lm !== null) {
    throw stateInvalid(
      path,
      "it names a model of its own (`lm`). Set `lm` to null to have it run on the program's model.",
    );
  }
  return predictor.withSignature(predictor.signature.withState(signature)).withDemos(demos);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSignatureState(value: JsonValue | undefined): value is SignatureState {
  return (
    isObject(value) &&
    typeof value["instructions"] === "string" &&
    Array.isArray(value["fields"]) &&
    value["fields"].every(
      (field: JsonValue) =>
        isObject(field) && typeof field["prefix"] === "string" && typeof field["description"] === "string",
    )
  );
}
