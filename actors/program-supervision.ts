// How a program's modules are put into processes, and how those are supervised.
// Knows nothing of how processes are started.
import type { PlacedModule } from "../programs/index.ts";
import { BaseError, nearest } from "../runtime/base/index.ts";
import type { Strategy } from "../runtime/index.ts";

/**
 * `per-module`: one process serves all calls of a module, many at once. `per-request`: each call has a process of its own, and nothing
 * but that call ends with it.
 */
export type Processes = "per-module" | "per-request";

/** How one module is served. */
export interface ModuleSupervision {
  /** Default: what the program says; below a module served per request, that module's own process. */
  readonly processes?: Processes;
  /** A further name of its process, for `runtime.system.named`; only where it serves all calls. */
  readonly name?: string;
}

/** How a program is supervised. */
export interface ProgramSupervision {
  /** Default `per-module`. `per-request`: a call of the program is one process, in which all of its modules run. */
  readonly processes?: Processes;
  /** Module by module, by path. */
  readonly modules?: Readonly<Record<string, ModuleSupervision>>;
  /** Whom a module's death concerns besides itself. Default `one_for_one`. */
  readonly strategy?: Strategy;
  /** Restarts in `periodMs` after which the program gives up; its next call starts it anew. Default 3 in 5000. */
  readonly intensity?: number;
  readonly periodMs?: number;
}

/** Where a module's work is done: in a process of its own, in one made for each call, or where it is called. */
export type Placement = "own" | "request" | "caller";

/** Where the module at this path works. */
export function placementOf(path: string, { processes = "per-module", modules }: ProgramSupervision): Placement {
  const asked = modules?.[path]?.processes;
  if (asked !== undefined) return asked === "per-module" ? "own" : "request";
  if (processes === "per-module") return "own";
  return path === "self" ? "request" : "caller";
}

const OPTIONS = [
  "processes",
  "modules",
  "strategy",
  "intensity",
  "periodMs",
] as const satisfies readonly (keyof ProgramSupervision)[];
const MODULE_OPTIONS = ["processes", "name"] as const satisfies readonly (keyof ModuleSupervision)[];

/** Throws RUN_OPTIONS_INVALID for what makes no sense, or names a module that the program does not have. */
export function checkSupervision(supervision: ProgramSupervision, placed: readonly PlacedModule[]): void {
  checkNames("supervision", supervision, OPTIONS);
  checkProcesses("supervision.processes", supervision.processes);
  const paths = placed.map(({ path }) => path);
  for (const [path, module] of Object.entries(supervision.modules ?? {})) {
    if (!paths.includes(path)) {
      throw invalid(`supervision.modules names "${path}", which is no module of the program.`, path, paths);
    }
    checkNames(`supervision.modules["${path}"]`, module, MODULE_OPTIONS);
    checkProcesses(`supervision.modules["${path}"].processes`, module.processes);
    if (module.name !== undefined && placementOf(path, supervision) !== "own") {
      throw invalid(
        `"${path}" has a process per request, which can have no name of its own. Leave out name.`,
        "name",
        [],
      );
    }
  }
}

function checkNames(where: string, given: object, known: readonly string[]): void {
  for (const option of Object.keys(given)) {
    if (!known.includes(option)) throw invalid(`${where} has no option "${option}".`, option, known);
  }
}

function checkProcesses(where: string, found: string | undefined): void {
  const legal = ["per-module", "per-request"];
  if (found === undefined || legal.includes(found)) return;
  throw invalid(`Expected ${where} to be "per-module" or "per-request", got "${found}".`, found, legal);
}

function invalid(message: string, found: string, legal: readonly string[]): BaseError {
  const near = nearest(found, legal);
  const hint = near === undefined || near === found ? "" : ` Did you mean "${near}"?`;
  return new BaseError("RUN_OPTIONS_INVALID", `${message}${hint}`, { details: { option: "supervision", found } });
}
