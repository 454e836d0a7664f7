// Loads a user's file and gives its exports, checked for what a command needs of them.
// Knows nothing of runs.
import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type LmProvider, type Metrics, Module, type Optimizer } from "../index.ts";
import { exportInvalid, exportMissing, fileMissing, moduleFailed } from "./errors.ts";

/** A loaded file. */
export interface UserModule {
  /** As the person wrote it; stands in messages. */
  readonly file: string;
  /** Absolute, links followed. */
  readonly path: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** A program and the export it came from. */
export interface UserProgram {
  readonly exportName: string;
  readonly program: Module;
}

/** The file's absolute path, links followed. Rejects with CLI_FILE_MISSING. */
export async function userFilePath(file: string, cwd: string, advice?: string): Promise<string> {
  const path = await realpath(resolve(cwd, file)).catch(() => undefined);
  if (path !== undefined) return path;
  throw fileMissing(
    file,
    advice ?? "Name the TypeScript or JavaScript file that exports your program; see dspex --help.",
  );
}

/** Loads a file as a module; TypeScript as it is. Rejects with CLI_MODULE_FAILED. */
export async function loadUserModule(file: string, path: string): Promise<UserModule> {
  try {
    const exports: unknown = await import(pathToFileURL(path).href);
    // A module namespace is an object of its exports.
    return { file, path, exports: exports as Readonly<Record<string, unknown>> };
  } catch (error) {
    throw moduleFailed(file, error);
  }
}

/** The program: the export of this name, else `program`, else the default export. @throws CLI_EXPORT_MISSING, CLI_EXPORT_INVALID */
export function programOf({ file, exports }: UserModule, wanted: string | undefined): UserProgram {
  const exportName = wanted ?? (exports["program"] === undefined ? "default" : "program");
  const program = exports[exportName];
  const found = Object.keys(exports);
  if (program === undefined) {
    const what = wanted ?? "program (or a default export)";
    throw exportMissing(
      file,
      what,
      found,
      'Export a module, such as predict(signature("question -> answer")), or name one: --program NAME.',
      wanted ?? "program",
    );
  }
  if (program instanceof Module) return { exportName, program };
  const isForeign = typeof program === "object" && program !== null && "forward" in program;
  throw exportInvalid(
    file,
    exportName,
    "a program (a Module)",
    program,
    isForeign ? "It looks like one of another installed copy of dspex; run that copy's command (npx dspex)." : "",
  );
}

/** The metric or metrics. @throws CLI_EXPORT_MISSING, CLI_EXPORT_INVALID */
export function metricOf({ file, exports }: UserModule): Metrics {
  const metric = exports["metric"];
  if (metric === undefined) {
    const advice =
      'Export a function (example, prediction) => number or boolean, or a record of them; exactMatch("answer") makes one.';
    throw exportMissing(file, "metric", Object.keys(exports), advice);
  }
  const expected = "a function, or a record of functions by name";
  if (typeof metric === "function") return metric as Metrics;
  if (typeof metric !== "object" || metric === null || Array.isArray(metric)) {
    throw exportInvalid(file, "metric", expected, metric);
  }
  for (const [name, each] of Object.entries(metric)) {
    if (typeof each !== "function") throw exportInvalid(file, `metric.${name}`, "a function", each);
  }
  // Functions throughout; what they answer is checked where they are called.
  return metric as Metrics;
}

/** The language model that the file brings, if it does. @throws CLI_EXPORT_INVALID */
export function lmOf({ file, exports }: UserModule): string | LmProvider | undefined {
  const lm = exports["lm"];
  if (lm === undefined || typeof lm === "string") return lm;
  if (isObject(lm) && typeof lm["complete"] === "function" && isObject(lm["identity"])) {
    // The three other properties are texts that the pool checks by using them.
    return lm as unknown as LmProvider;
  }
  throw exportInvalid(file, "lm", '"provider/model" or a provider object', lm);
}

/** The optimizer that the file brings, if it does. @throws CLI_EXPORT_INVALID */
export function optimizerOf({ file, exports }: UserModule): Optimizer | undefined {
  const optimizer = exports["optimizer"];
  if (optimizer === undefined) return undefined;
  if (
    isObject(optimizer) &&
    typeof optimizer["compile"] === "function" &&
    typeof optimizer["optimizerName"] === "string"
  ) {
    return optimizer as unknown as Optimizer;
  }
  throw exportInvalid(file, "optimizer", "an optimizer { optimizerName, options, compile }", optimizer);
}

/** The teacher program, if there is one. @throws CLI_EXPORT_INVALID */
export function teacherOf({ file, exports }: UserModule): Module | undefined {
  const teacher = exports["teacher"];
  if (teacher === undefined || teacher instanceof Module) return teacher;
  throw exportInvalid(file, "teacher", "a program (a Module)", teacher);
}

/** The user's own word for the version of the code, if there is one. @throws CLI_EXPORT_INVALID */
export function versionOf({ file, exports }: UserModule): string | undefined {
  const version = exports["version"];
  if (version === undefined || typeof version === "string") return version;
  if (typeof version === "number") return String(version);
  throw exportInvalid(file, "version", "a text", version);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
