// Where the code of a module is to be found for a thread: written on the module.
// Knows nothing of threads or of how a module is loaded.
import type { Module } from "./module.ts";

/** Where a hosted module is to be found, and how it is run. */
export interface ProgramSource {
  readonly url: string;
  readonly exportName: string;
  /** The name of its class. */
  readonly moduleName: string;
  readonly threads: number;
  readonly stuckAfterMs: number;
}

// On the module itself and not beside it: a changed copy has it too.
const SOURCE = Symbol("hosted source");

/** Writes on a module where its code is to be found. */
export function markHosted(module: Module, source: ProgramSource): void {
  Object.defineProperty(module, SOURCE, { value: source, configurable: true });
}

/** Where a module's code is to be found for a thread; undefined for one that runs where it is called. */
export function programSourceOf(module: Module): ProgramSource | undefined {
  // Only markHosted knows the symbol.
  return (module as { readonly [SOURCE]?: ProgramSource })[SOURCE];
}
