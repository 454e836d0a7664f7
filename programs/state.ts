// A program's parameters as JSON, in the shape of DSPy's files, and back.
// Knows nothing of files.
import { type BaseError, contentHash, isJsonObject, type JsonObject, type JsonValue } from "../runtime/base/index.ts";
import type { FieldValues } from "./adapter.ts";
import { withModules } from "./copy.ts";
import { holdsKind } from "./custom-types.ts";
import { demoValues } from "./demo.ts";
import { stateInvalid } from "./errors.ts";
import { typeName } from "./field-type.ts";
import { jsonSchemaText } from "./json-schema.ts";
import { mergedOptions } from "./lm-options.ts";
import type { Module } from "./module.ts";
import { moduleOptions } from "./module-options.ts";
import type { ModelChoice } from "./ports.ts";
import { Predict } from "./predict.ts";
import { prepareProgram } from "./prepare.ts";
import { toPlain } from "./python/values.ts";
import { PythonModule } from "./python-module.ts";
import { isPredictorState, stateEntries } from "./python-state.ts";
import { type SavedField, wordingFor } from "./saved-fields.ts";
import { lmStateModel, lmStateOf, lmStateOptions, readLmState } from "./saved-lm.ts";
import { isTaught, withEntries } from "./saved-python.ts";
import { isSignatureState, SIGNATURE_STATE_EXPECTED, type SignatureState } from "./signature-state.ts";
import { toPython } from "./to-python.ts";
import { signatureString } from "./type-text.ts";

/** One predictor's parameters. */
export interface PredictorState extends JsonObject {
  readonly traces: readonly JsonValue[];
  readonly train: readonly JsonValue[];
  readonly demos: readonly JsonObject[];
  readonly signature: SignatureState;
  /** The model that a file named, as DSPy writes it. */
  readonly lm: JsonObject | null;
}

/**
 * The parameters of each predictor by its path, those in Python's modules included; a program that is one predictor has the path `self`. `null` stands for a module of
 * Python's that holds no state: it is as it is made there.
 */
export interface ProgramState {
  readonly [path: string]: PredictorState | null;
}

/**
 * The parameters of a program: instructions, field wording and demonstrations of each predictor.
 *
 * Plain JSON data, whose numbers do not tell `1.0` from `1`: what Python's modules hold, a file keeps exactly (`savedProgramText`).
 */
export function programState(program: Module): ProgramState {
  const entries = prepareProgram(program).modules.flatMap(({ path, module }): Entries => {
    if (module instanceof Predict) return [[path, stateOf(module)]];
    return module instanceof PythonModule && isTaught(module) ? pythonEntries(path, module) : [];
  });
  // What Python dumps of a module is the state of its predictors, in the same shape.
  return Object.fromEntries(entries) as ProgramState;
}

type Entries = readonly (readonly [string, JsonValue])[];

/** How saved parameters are put into a program. */
export interface LoadStateOptions {
  /** Told of what is passed over: addresses, keys, headers and LiteLLM's settings of a saved model. Default: nobody is told. */
  readonly warn?: (message: string) => void;
  /**
   * Who answers for a predictor whose file names a model. `saved`: that model, as in DSPy, found by its name when it is first asked. `run`: the run's own; what
   * the file says stays for the next save. A function: the model for a saved `provider/model`, undefined for the run's own. Default `saved`.
   */
  readonly lm?: "saved" | "run" | ((modelName: string) => ModelChoice | undefined);
}

/**
 * A copy of a program with saved parameters.
 *
 * Reads what `programState` wrote, and DSPy's own files as data: `metadata` and entries of other programs are passed over, a bare predictor may be flat. How a saved
 * model was sampled goes under the predictor's own options. Throws PROGRAM_STATE_INVALID where it is no object, or an entry is missing, does not fit, or names a model of an unknown class.
 * Whether what a module of Python's is given fits, Python says with the first call.
 */
export function withProgramState<Program extends Module>(
  program: Program,
  state: JsonObject,
  options: LoadStateOptions = {},
): Program {
  if (!isJsonObject(state)) throw stateInvalid("self", "it is no object. Pass what `programState` answers.");
  return withModules(program, (path, module) => {
    if (module instanceof Predict) return withPredictorState(path, module, entryOf(state, path), options);
    if (!(module instanceof PythonModule)) return undefined;
    const loaded = withEntries(path, module, state);
    if (loaded === undefined) throw entryMissing(path);
    return loaded;
  });
}

/** A saved state says nothing of a module. */
export function entryMissing(path: string): BaseError {
  return stateInvalid(path, "there is no entry for it. Load it into the program that it was saved from.");
}

/** A predictor's entry in a saved state. */
export function entryOf(state: JsonObject, path: string): JsonValue | undefined {
  if (Object.hasOwn(state, path)) return state[path];
  return path === "self" && Object.hasOwn(state, "signature") ? state : undefined;
}

/** Identifies a program's parameters, field names and types, sampling options and its modules' own: equal hash, equal prompts. */
export function programHash(program: Module): string {
  const prepared = prepareProgram(program);
  const predictors = prepared.predictors.map(({ path, predictor }) => ({
    path,
    // As prompts name the types: the hash of such a program is in records already.
    signature: signatureString(predictor.signature, typeName),
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
  const options = moduleOptions(prepared.modules);
  // Left out where there are none: the hash of such a program is in records already.
  return contentHash({ program: program.constructor.name, predictors, ...(options.length > 0 ? { options } : {}) });
}

function stateOf(predictor: Predict): PredictorState {
  return {
    traces: [],
    train: [],
    demos: predictor.demos.map((demo) => jsonRecord(demoValues(demo))),
    signature: predictor.signature.state(),
    lm: savedLm(predictor),
  };
}

/** What a module of Python's was given, under the paths that it has there. */
function pythonEntries(path: string, { options }: PythonModule): Entries {
  const { state = {} } = options;
  if (Object.keys(state).length === 0) return [[path, null]];
  // As for a predictor of this side: the only one of its program is called `self`.
  const entries =
    path === "self" && isPredictorState(state) ? [[path, toPython(state)] as const] : stateEntries(path, state);
  return entries.map(([key, entry]) => [key, jsonValue(toPlain(entry))]);
}

/** What a file says of a predictor's model; null where it has none of its own. */
export function savedLm({ lmState, model }: Predict): JsonObject | null {
  return lmState ?? (model === undefined ? null : lmStateOf(model));
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

/** A predictor with a saved entry; `fields` are the file's, by name, where it has them. Throws PROGRAM_STATE_INVALID. */
export function withPredictorState(
  path: string,
  predictor: Predict,
  entry: JsonValue | undefined,
  { warn = () => {}, lm: who = "saved" }: LoadStateOptions,
  fields?: readonly SavedField[],
): Predict {
  if (entry === undefined) throw entryMissing(path);
  if (!isJsonObject(entry)) throw stateInvalid(path, "its entry is no object.");
  if ("extended_signature" in entry) {
    throw stateInvalid(path, "it was written by DSPy 2.5 or older. Load and save it with DSPy 2.6 or later first.");
  }
  const { signature, demos } = entry;
  if (!isSignatureState(signature)) throw stateInvalid(path, SIGNATURE_STATE_EXPECTED);
  if (!Array.isArray(demos) || !demos.every(isJsonObject)) throw stateInvalid(path, "`demos` is no list of objects.");
  const lm = readLmState(path, entry["lm"], warn);
  const worded = predictor.signature.withState(wordingFor(path, predictor.signature, signature, fields));
  const changed = predictor.withSignature(worded).withDemos(demos);
  if (lm === null) return changed;
  const { options, rolloutId = changed.rolloutId } = lmStateOptions(path, lm);
  const named = lmStateModel(lm);
  const model = typeof who === "function" ? who(named) : who === "saved" ? named : undefined;
  const sampled = changed.withModel(model).withLmState(lm).withConfig(mergedOptions(options, changed.config));
  return rolloutId === undefined || changed.rolloutId !== undefined ? sampled : sampled.withRolloutId(rolloutId);
}
