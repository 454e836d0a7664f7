// A module that is named by file and export as well, so that its `forward` can run where no closure can go: in a thread.
// Knows nothing of threads; whoever runs programs looks whether a module is one of these.
import { isBaseError, nearest } from "../runtime/base/index.ts";
import { hostedInvalid } from "./hosted-errors.ts";
import { markHosted, type ProgramSource } from "./hosted-source.ts";
import { Module } from "./module.ts";
import { Predict } from "./predict.ts";

/** How a hosted module is run. */
export interface HostedProgramOptions {
  /** Where: in threads of its own. */
  readonly host: "thread";
  /** How many threads share its calls. Each serves many calls at once, and computes one at a time. Default 1. */
  readonly threads?: number;
  /**
   * Milliseconds for which it may compute without handing its thread back; a thread that does not come round is ended. Default 10,000;
   * `Infinity`: it is never ended.
   */
  readonly stuckAfterMs?: number;
}

const OPTIONS = ["host", "threads", "stuckAfterMs"] as const satisfies readonly (keyof HostedProgramOptions)[];
const STUCK_AFTER_MS = 10_000;

/**
 * Has a module's own code run in a thread: for one that computes for long, or that may not come back. Answers the module itself.
 *
 * `exportName` is what the file at `url` exports it as; each thread loads that file. A runtime runs `forward` there; the steps it runs, what it asks of a
 * model and how its tools are recorded are done by the runtime as ever. Inputs and outputs are copies. A thread that is stuck is ended: its calls fail with
 * PROGRAM_HOST_LOST, and the next call is served by a spare. Outside of a runtime it runs where it is called.
 * @throws PROGRAM_HOSTED_INVALID for an address that is no URL of a file or of data, a predictor, or options that cannot be.
 * @example
 * export const ranker = hostedProgram(new Ranker(), import.meta.url, "ranker", { host: "thread" });
 */
export function hostedProgram<Program extends Module>(
  program: Program,
  url: URL | string,
  exportName: string,
  options: HostedProgramOptions,
): Program {
  const source = toSource(program, url, exportName, options);
  // Not a copy: what a class keeps in #private properties would not come along.
  markHosted(program, source);
  return program;
}

/** Loads a hosted module; `load` imports its file. Rejects with PROGRAM_HOSTED_INVALID where that does not load, or exports no such module. */
export async function loadHosted(
  { url, exportName, moduleName }: ProgramSource,
  load: (url: string) => Promise<Readonly<Record<string, unknown>>>,
): Promise<Module> {
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await load(url);
  } catch (error) {
    if (isBaseError(error)) throw error;
    const said = error instanceof Error ? error.message : String(error);
    throw hostedInvalid(`Expected the file of a hosted module at ${url} to load, but it did not: ${said}`, {
      url,
      exportName,
    });
  }
  const found = exported[exportName];
  if (found instanceof Module && found.constructor.name === moduleName) return found;
  const names = Object.keys(exported);
  const near = found === undefined ? nearest(exportName, names) : undefined;
  const came = found instanceof Module ? `one of class ${found.constructor.name}` : `a ${typeof found}`;
  throw hostedInvalid(
    `Expected ${url} to export a module "${exportName}" of class ${moduleName}, found ${came}.${near === undefined ? "" : ` Did you mean "${near}"?`} It exports ${names.join(", ") || "nothing"}.`,
    { url, exportName },
  );
}

function toSource(program: unknown, url: unknown, exportName: unknown, options: HostedProgramOptions): ProgramSource {
  if (!(program instanceof Module) || program instanceof Predict || Object.isFrozen(program)) {
    throw hostedInvalid(
      "Expected a module of your own to run in a thread: an instance of a class, or what program(…) makes. A predictor computes nothing: give a thread the module that runs it.",
      {},
    );
  }
  const text = url instanceof URL ? url.href : url;
  if (typeof text !== "string" || !/^(file|data):/.test(text)) {
    throw hostedInvalid(
      `Expected the file of a hosted module as a file: or data: URL, found ${String(url)}. Write import.meta.url in the file that exports it.`,
      { url: String(url) },
    );
  }
  if (typeof exportName !== "string" || exportName === "") {
    throw hostedInvalid(`Expected the name under which ${text} exports the module, found ${String(exportName)}.`, {
      url: text,
    });
  }
  for (const option of Object.keys(options ?? {})) {
    if ((OPTIONS as readonly string[]).includes(option)) continue;
    const near = nearest(option, OPTIONS);
    throw hostedInvalid(
      `hostedProgram has no option "${option}".${near === undefined ? "" : ` Did you mean "${near}"?`} It has ${OPTIONS.join(", ")}.`,
      { option },
    );
  }
  const { host, threads = 1, stuckAfterMs = STUCK_AFTER_MS } = options ?? {};
  if (host !== "thread") throw optionInvalid(exportName, "host", 'to be "thread"', host);
  if (!(Number.isInteger(threads) && threads > 0))
    throw optionInvalid(exportName, "threads", "to be a whole number from 1", threads);
  if (!(stuckAfterMs > 0)) throw optionInvalid(exportName, "stuckAfterMs", "to be a number > 0", stuckAfterMs);
  return { url: text, exportName, moduleName: program.constructor.name, threads, stuckAfterMs };
}

function optionInvalid(exportName: string, option: string, expected: string, found: unknown): Error {
  return hostedInvalid(`Expected ${option} of the hosted module "${exportName}" ${expected}, found ${String(found)}.`, {
    option,
  });
}
