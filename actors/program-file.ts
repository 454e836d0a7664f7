// Programs in files: written whole or not at all, read with what went wrong said.
// Knows nothing of what stands in them.
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import {
  type LoadStateOptions,
  type Module,
  type SaveOptions,
  savedProgramText,
  withSavedProgram,
} from "../programs/index.ts";
import { BaseError, newId } from "../runtime/base/index.ts";

/**
 * Saves a program's parameters to a file that ends with `.json`, in DSPy's format: Python's `program.load(path)` reads it.
 *
 * Fields by name and type, options and tools stand in a section that DSPy passes over; `{ format: "dspy" }` leaves it out. The file is there whole or not at all.
 * Rejects with PROGRAM_FILE_INVALID, PROGRAM_FILE_INACCESSIBLE, PROGRAM_STATE_INVALID.
 */
export async function saveProgram(program: Module, path: string, options: SaveOptions = {}): Promise<void> {
  assertJsonPath(path);
  const text = savedProgramText(program, options);
  const unfinished = `${path}.${newId("save")}`;
  try {
    await writeFile(unfinished, text);
    await rename(unfinished, path);
  } catch (error) {
    // Whether or not it was there: what counts is the failure that is told.
    await rm(unfinished, { force: true }).catch(() => {});
    throw inaccessible("write", path, error);
  }
}

/**
 * A copy of a program with the parameters of a file that `saveProgram` wrote, or Python's `program.save("x.json")`.
 *
 * Rejects with PROGRAM_FILE_INVALID, PROGRAM_FILE_INACCESSIBLE, PROGRAM_STATE_INVALID, PROGRAM_TOOL_MISSING.
 */
export async function loadProgram<Program extends Module>(
  program: Program,
  path: string,
  options: LoadStateOptions = {},
): Promise<Program> {
  assertJsonPath(path);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    throw inaccessible("read", path, error);
  }
  try {
    return withSavedProgram(program, text, options);
  } catch (error) {
    throw error instanceof BaseError ? inFile(error, path) : error;
  }
}

function assertJsonPath(path: string): void {
  if (path.endsWith(".json")) return;
  const remedy = path.endsWith(".pkl")
    ? 'A pickle can run code and is not read here; in Python, save the program to a path that ends with ".json".'
    : "Give it a name that ends with .json.";
  throw new BaseError("PROGRAM_FILE_INVALID", `Expected a path that ends with .json, got "${path}". ${remedy}`, {
    details: { path },
  });
}

function inFile(error: BaseError, path: string): BaseError {
  return new BaseError(error.code, `${error.message} (${path})`, {
    cause: error,
    details: { ...error.details, file: path },
  });
}

function inaccessible(what: "read" | "write", path: string, cause: unknown): BaseError {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new BaseError("PROGRAM_FILE_INACCESSIBLE", `Could not ${what} the file of a program, ${path}: ${said}.`, {
    cause,
    details: { path },
  });
}
