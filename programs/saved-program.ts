// A program as the text of a file: DSPy's state JSON, and in a section of its own what that leaves out.
// Knows nothing of disks and stores.
import { isJsonObject, type JsonObject, type JsonValue } from "../runtime/base/index.ts";
import { withModules } from "./copy.ts";
import { demoValues } from "./demo.ts";
import { fileInvalid, stateInvalid, toolMissing } from "./errors.ts";
import { describeGiven } from "./fits.ts";
import type { Module } from "./module.ts";
import type { LmOptions } from "./ports.ts";
import { Predict } from "./predict.ts";
import { prepareProgram } from "./prepare.ts";
import { toolsOf } from "./program-tools.ts";
import { jsonFileText } from "./python/json-file.ts";
import { jsonLoads } from "./python/json-loads.ts";
import { jsonKeys } from "./python/repr.ts";
import type { Dict, PythonValue } from "./python/values.ts";
import { PythonModule } from "./python-module.ts";
import { METADATA, SECTION, stateEntries, stateIn } from "./python-state.ts";
import { assertSameTools, readSavedFields, type SavedField, savedFields } from "./saved-fields.ts";
import { readOptions, readRollout } from "./saved-options.ts";
import { isTaught, pythonModulesOf, readSavedPython, savedPython, withEntries } from "./saved-python.ts";
import { entryMissing, entryOf, type LoadStateOptions, savedLm, withPredictorState } from "./state.ts";
import { toPython } from "./to-python.ts";
import type { Tool } from "./tool.ts";

const VERSION = 1;
const UNKNOWN_STATE =
  "Python runs it, and its parameters are known there alone. Save what `runtime.python.withState(program)` answers.";
/** What Python is told that the file is compatible with; it warns where it runs another. */
const DSPY_VERSIONS: JsonObject = { dependency_versions: { dspy: "3.3.1" } };

/** How a program is saved. */
export interface SaveOptions {
  /** `dspy`: the bytes that DSPy itself would write, without field names, types and options. Default `dspex`: those in a section that DSPy passes over. */
  readonly format?: "dspex" | "dspy";
  /** Stands under `metadata`. Python wants `dependency_versions` there, and knows of `python`, `dspy` and `cloudpickle`. Default: `dspy` alone. */
  readonly metadata?: JsonObject;
}

/** What a saved program says of itself, beside its parameters. */
export interface SavedProgramInfo {
  /** The class of the root module; undefined in files that Python wrote. */
  readonly programName: string | undefined;
  /** The names of the tools that it had. */
  readonly toolNames: readonly string[];
}

/**
 * The text of a program's file. The same program has the same text.
 *
 * Of modules that Python runs it holds the state that they were given. Throws PROGRAM_STATE_INVALID for a program whose parameters would not fit into a
 * file, or, in DSPy's format, whose parameters only Python knows.
 */
export function savedProgramText(program: Module, { format = "dspex", metadata }: SaveOptions = {}): string {
  const { predictors } = prepareProgram(program);
  const file: Dict = new Map();
  for (const { path, predictor } of predictors) {
    if (path === METADATA || path === SECTION)
      throw stateInvalid(path, "a predictor cannot have this name in a file. Rename it.");
    const entry = predictorDict(predictor);
    // A program that is one predictor has its parameters at the top, as DSPy writes it.
    if (path === "self") for (const [key, value] of entry) file.set(key, value);
    else file.set(path, entry);
  }
  for (const { path, module } of pythonModulesOf(program)) {
    const { state } = module.options;
    if (state === undefined && format === "dspy" && isTaught(module)) throw stateInvalid(path, UNKNOWN_STATE);
    for (const [key, entry] of state === undefined ? [] : stateEntries(path, state)) file.set(key, entry);
  }
  file.set(METADATA, toPython(metadata ?? DSPY_VERSIONS));
  if (format === "dspex") file.set(SECTION, toPython(sectionOf(program)));
  return jsonFileText(file);
}

/**
 * The text of a file of a program's state, which DSPy's `load` and `withSavedProgram` read; unlike `programState` it keeps each number as it is.
 *
 * In DSPy's format. Where a module of Python's holds no state, which that format could not say, with our section, which says how it is made. Throws PROGRAM_STATE_INVALID.
 */
export function programStateText(program: Module): string {
  const isKnown = pythonModulesOf(program).every(
    ({ module }) => !isTaught(module) || Object.keys(module.options.state ?? {}).length > 0,
  );
  return savedProgramText(program, { format: isKnown ? "dspy" : "dspex" });
}

/** What a file says of the program that it was saved from. Throws PROGRAM_FILE_INVALID, PROGRAM_STATE_INVALID. */
export function savedProgramInfo(text: string): SavedProgramInfo {
  return readSection(readFile(text)) ?? { programName: undefined, toolNames: [] };
}

/**
 * A copy of a program with the parameters of a file: one of ours, or one that `program.save("x.json")` wrote in Python.
 *
 * Throws PROGRAM_FILE_INVALID for a text that is no such file, PROGRAM_STATE_INVALID where it does not fit the program, PROGRAM_TOOL_MISSING where the program
 * lacks a tool that the saved one had.
 */
export function withSavedProgram<Program extends Module>(
  program: Program,
  text: string,
  options: LoadStateOptions = {},
): Program {
  const file = readFile(text);
  const section = readSection(file);
  const tools = toolsOf(program);
  for (const name of section?.toolNames ?? []) if (!tools.has(name)) throw toolMissing(name, [...tools.keys()]);
  return withModules(program, (path, module) => {
    if (module instanceof PythonModule) return withPythonState(path, module, file, section);
    if (!(module instanceof Predict)) return undefined;
    const saved = section?.predictors.get(path);
    if (saved !== undefined)
      assertSameTools(path, module.signature, saved.fields, section?.toolNames ?? [], [...tools.keys()]);
    const loaded = withPredictorState(path, module, entryOf(file, path), options, saved?.fields);
    const sampled = saved?.config === undefined ? loaded : loaded.withConfig(saved.config);
    return saved?.rolloutId === undefined ? sampled : sampled.withRolloutId(saved.rolloutId);
  });
}

/** Parameters as Python gives them, JSON whose floats stay floats. Throws PROGRAM_FILE_INVALID. */
export function readPythonState(text: string): JsonObject {
  return readFile(text);
}

/**
 * The `python(…)` program that a file was saved from: class, constructor's arguments, signature and state are in it.
 *
 * It is made in Python with its first call, from what is registered there. `tools` bring those that it had. Throws PROGRAM_FILE_INVALID, PROGRAM_STATE_INVALID for a file
 * of another program, PROGRAM_TOOL_MISSING, SIGNATURE_INVALID for a signature whose types only its program knows.
 */
export function hydratePython(text: string, tools: readonly Tool[] = []): PythonModule {
  const file = readFile(text);
  const saved = readSection(file)?.python["self"];
  if (saved === undefined)
    throw stateInvalid("self", "the file was not saved from a `python(…)` program. Load it into its own.");
  const module = readSavedPython("self", saved, (name) => {
    const tool = tools.find((each) => each.name === name);
    if (tool === undefined)
      throw toolMissing(
        name,
        tools.map((each) => each.name),
      );
    return tool;
  });
  const state = stateIn(file, "self");
  return state === undefined ? module : module.withState(state);
}

/** A module with the state of a file; the file has to be of the same class. */
function withPythonState(
  path: string,
  module: PythonModule,
  file: JsonObject,
  section: Section | undefined,
): PythonModule {
  const saved = section?.python[path];
  if (isJsonObject(saved) && saved["target"] !== module.target)
    throw stateInvalid(path, `it runs ${module.target}; the file was saved with ${describeGiven(saved["target"])}.`);
  const loaded = withEntries(path, module, file);
  if (loaded !== undefined) return loaded;
  if (saved === undefined) throw entryMissing(path);
  return module;
}

function predictorDict(predictor: Predict): Dict {
  const { signature, demos } = predictor;
  const types = new Map(signature.fields.map((field) => [field.name, field.type]));
  const dumped = demos.map((demo): Dict => {
    const values = Object.entries(demoValues(demo)).filter(([, value]) => value !== undefined);
    return new Map(values.map(([name, value]) => [name, jsonKeys(toPython(value, types.get(name)))]));
  });
  return new Map<PythonValue, PythonValue>([
    ["traces", []],
    ["train", []],
    ["demos", dumped],
    ["signature", toPython(signature.state())],
    ["lm", toPython(savedLm(predictor))],
  ]);
}

function sectionOf(program: Module): JsonObject {
  const predictors = prepareProgram(program).predictors.map(({ path, predictor }) => {
    const { signature, rolloutId } = predictor;
    // Read as it will be: what could not be loaded is refused now, not then.
    const config = readOptions(path, "config", { ...predictor.config });
    const entry = {
      fields: savedFields(signature.fields),
      // Sorted: what a config was put together from, and in which order, is no matter of the file's.
      ...(Object.keys(config).length === 0 ? {} : { config: Object.fromEntries(Object.entries(config).sort()) }),
      ...(rolloutId === undefined ? {} : { rolloutId }),
    };
    return [path, entry] as const;
  });
  const toolNames = [...toolsOf(program).keys()];
  const python = pythonModulesOf(program).map(({ path, module }) => [path, savedPython(module)] as const);
  return {
    version: VERSION,
    program: program.constructor.name,
    predictors: Object.fromEntries(predictors) as unknown as JsonObject,
    ...(python.length === 0 ? {} : { python: Object.fromEntries(python) }),
    ...(toolNames.length === 0 ? {} : { tools: toolNames }),
  };
}

interface SavedPredictor {
  readonly fields: readonly SavedField[];
  readonly config: LmOptions | undefined;
  readonly rolloutId: number | undefined;
}

interface Section extends SavedProgramInfo {
  readonly predictors: ReadonlyMap<string, SavedPredictor>;
  readonly python: JsonObject;
}

function readSection(file: JsonObject): Section | undefined {
  const section = file[SECTION];
  if (section === undefined) return undefined;
  const { version, program: programName, predictors, python = {}, tools = [] } = Object(section);
  if (typeof version === "number" && version > VERSION) {
    throw stateInvalid(
      SECTION,
      `its version is ${version}; this release reads up to ${VERSION}. Update dspex to read it.`,
    );
  }
  if (version !== VERSION)
    throw stateInvalid(SECTION, `its version is ${describeGiven(version)}, where ${VERSION} was expected.`);
  if (typeof programName !== "string") throw stateInvalid(SECTION, "`program` is no text.");
  if (!isJsonObject(predictors)) throw stateInvalid(SECTION, "`predictors` is no object.");
  if (!isJsonObject(python)) throw stateInvalid(SECTION, "`python` is no object.");
  if (!Array.isArray(tools) || !tools.every((name) => typeof name === "string")) {
    throw stateInvalid(SECTION, "`tools` is no list of names.");
  }
  const read = Object.entries(predictors).map(([path, saved]) => [path, readPredictor(path, saved)] as const);
  return { programName, toolNames: tools, predictors: new Map(read), python };
}

function readPredictor(path: string, saved: JsonValue | undefined): SavedPredictor {
  if (!isJsonObject(saved)) throw stateInvalid(path, `its entry in the section \`${SECTION}\` is no object.`);
  const { fields, config, rolloutId } = saved;
  if (config !== undefined && !isJsonObject(config)) throw stateInvalid(path, "its `config` is no object.");
  return {
    fields: readSavedFields(path, fields),
    config: config === undefined ? undefined : readOptions(path, "config", config),
    rolloutId: readRollout(path, "rolloutId", rolloutId),
  };
}

function readFile(text: string): JsonObject {
  if (typeof text !== "string") throw fileInvalid(`it is a text; ${describeGiven(text)} came`);
  const value = jsonLoads(text);
  if (value === undefined) throw fileInvalid(problemOf(text));
  if (!(value instanceof Map)) throw fileInvalid("it holds JSON, but no object");
  // JSON that was just read is JSON data; floats that JavaScript would take for ints stay marked.
  return kept(value) as JsonObject;
}

/** Plain data but for whole floats, which stay floats, and objects whose order JavaScript would change. */
function kept(value: PythonValue): unknown {
  if (Array.isArray(value)) return value.map(kept);
  if (!(value instanceof Map)) return value;
  const entries = [...value].map(([key, item]): [string, unknown] => [String(key), kept(item)]);
  if (entries.length > 1 && entries.some(([key]) => /^\d+$/.test(key))) return new Map(entries);
  // Not an assignment, which would take a key `__proto__` for the prototype.
  return Object.fromEntries(entries);
}

function problemOf(text: string): string {
  if (text.startsWith("\u0080") || text.startsWith("\ufffd")) {
    return "it is no text: a pickle can run code and is not read here. In Python, save the program to a path that ends with .json";
  }
  try {
    JSON.parse(text);
    return "it is nested more than 500 deep";
  } catch (error) {
    // The parser's words say the place.
    return `it is no JSON (${error instanceof Error ? error.message : String(error)})`;
  }
}
