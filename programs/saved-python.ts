// What a file keeps of modules that Python runs, beside their state: all that it takes to make them again.
// Knows nothing of files and of Python.
import { isJsonObject, type JsonObject, type JsonValue } from "../runtime/base/index.ts";
import type { DeclaredTypes } from "./declared-types.ts";
import { stateInvalid } from "./errors.ts";
import type { Module } from "./module.ts";
import { prepareProgram } from "./prepare.ts";
import { PythonModule } from "./python-module.ts";
import { PythonRetriever } from "./python-retriever.ts";
import { stateIn } from "./python-state.ts";
import { signatureFromText } from "./signature.ts";
import { isSignatureState } from "./signature-state.ts";
import type { Tool } from "./tool.ts";
import { typesDeclared } from "./types-declared.ts";

/** A module in Python and its place. */
export interface PlacedPython {
  readonly path: string;
  readonly module: PythonModule;
}

/** The modules of a program that Python runs. */
export function pythonModulesOf(program: Module): readonly PlacedPython[] {
  return prepareProgram(program).modules.flatMap(({ path, module }) =>
    module instanceof PythonModule ? [{ path, module }] : [],
  );
}

/** Whether a module has parameters at all: a retriever has none. */
export function isTaught(module: PythonModule): boolean {
  return !(module instanceof PythonRetriever);
}

/** A module with the state that stands under its path; undefined where nothing does. `null` there says that it was saved as it is made. */
export function withEntries(path: string, module: PythonModule, entries: JsonObject): PythonModule | undefined {
  if (!isTaught(module) || entries[path] === null) return module;
  const state = stateIn(entries, path);
  return state === undefined ? undefined : module.withState(state);
}

/** A module's class, constructor's arguments and signature. */
export function savedPython({ target, signature, options }: PythonModule): JsonObject {
  const { arguments: named, args, tools = [], pool } = options;
  const types = typesDeclared(signature);
  return {
    target,
    signature: signature.toString(),
    // Declarations are JSON, but for the defaults in them, which are what answers may be.
    ...(types === undefined ? {} : { types: types as unknown as JsonObject }),
    words: signature.state(),
    ...(named === undefined ? {} : { arguments: named }),
    ...(args === undefined ? {} : { args }),
    ...(tools.length === 0 ? {} : { tools: tools.map(({ name }) => name) }),
    ...(pool === undefined ? {} : { pool }),
  };
}

/** The module that was saved so, without its state; `toolNamed` brings its tools. Throws PROGRAM_STATE_INVALID, SIGNATURE_INVALID. */
export function readSavedPython(
  path: string,
  saved: JsonValue | undefined,
  toolNamed: (name: string) => Tool,
): PythonModule {
  if (!isJsonObject(saved)) throw stateInvalid(path, "its entry under `python` is no object.");
  const { target, signature, types, words, arguments: named, args, tools = [], pool } = saved;
  if (typeof target !== "string" || typeof signature !== "string" || !isSignatureState(words))
    throw stateInvalid(path, "its entry under `python` does not say its `target`, `signature` and `words`.");
  const areKinds =
    (named === undefined || isJsonObject(named)) &&
    (args === undefined || Array.isArray(args)) &&
    Array.isArray(tools) &&
    (pool === undefined || typeof pool === "string");
  if (!areKinds)
    throw stateInvalid(path, "its entry under `python` has `arguments`, `args`, `tools` or `pool` of another kind.");
  // Whatever a file says here, it is looked at before it is believed.
  const declared = types === undefined ? {} : { types: types as unknown as DeclaredTypes };
  return new PythonModule(target, signatureFromText(signature, declared).withState(words), {
    ...(isJsonObject(named) ? { arguments: named } : {}),
    ...(Array.isArray(args) ? { args } : {}),
    ...(tools.length === 0 ? {} : { tools: tools.map((name: JsonValue) => toolNamed(String(name))) }),
    ...(typeof pool === "string" ? { pool } : {}),
  });
}
