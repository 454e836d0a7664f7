// A spawned program: which version of it calls run, and the processes in which they do.
// Knows nothing of LMs, records or who calls.
import {
  type ExecuteOptions,
  executeProgram,
  type Module,
  type Prediction,
  type PreparedProgram,
  type ProgramPorts,
  prepareProgram,
  programSourceOf,
  Routed,
  withModule,
} from "../programs/index.ts";
import type { ActorSystem } from "../runtime/index.ts";
import type { ModuleRef } from "./module-actor.ts";
import { ModuleProcesses } from "./module-processes.ts";
import { checkSupervision, type ProgramSupervision } from "./program-supervision.ts";

/** A program whose modules have processes. */
export interface SpawnedProgram<Inputs extends object = object, Outputs extends object = object> {
  /** `self` for the root, then DSPy's parameter paths; of the version that the next call runs. */
  readonly modulePaths: readonly string[];
  /** Whether any module decides on which side it runs. */
  readonly hasRoutes: boolean;
  /** The version that the next call runs. */
  readonly program: Module<Inputs, Outputs>;
  /** Runs the program once; each module's work is done where its supervision says. For programs of which nothing is replaced. */
  readonly execute: ProgramVersion<Inputs, Outputs>["execute"];
  /** Begins a call of the present version, which lives at least until the call has left it. */
  enter(): ProgramVersion<Inputs, Outputs>;
  /** The living actor of a module that has one of its own. */
  actorOf(path: string): ModuleRef | undefined;
  /**
   * Puts another module in the place of one, for calls from now on; answers how many calls are still under way in the version before.
   *
   * Rejects with PROGRAM_PATH_UNKNOWN, PROGRAM_REPLACEMENT_MISFIT.
   */
  replace(path: string, module: Module): Promise<number>;
  /** Stops the actors; calls in flight fail with ACTOR_DOWN. A second time does nothing. */
  stop(): Promise<void>;
}

/** A program as some calls run it. */
export interface ProgramVersion<Inputs extends object, Outputs extends object> {
  execute(
    inputs: Inputs,
    ports: Omit<ProgramPorts, "runModule">,
    options: Omit<ExecuteOptions, "clock">,
  ): Promise<Prediction<Outputs>>;
  /** Ends the call. */
  leave(): void;
}

/**
 * Starts a program's actors under the supervisor of programs.
 *
 * If the program's own supervisor gives up, its program is gone and others go on; the program's next call starts it anew.
 */
export async function spawnTree<Inputs extends object, Outputs extends object>(
  system: ActorSystem,
  programId: string,
  module: Module<Inputs, Outputs>,
  outside: Pick<ProgramPorts, "remote" | "report" | "runHosted"> = {},
  supervision: ProgramSupervision = {},
): Promise<SpawnedProgram<Inputs, Outputs>> {
  const processes = new ModuleProcesses(system, programId, supervision, pathsOf(prepareProgram(module)));
  const { runModule } = processes;
  const versionOf = (root: Module<Inputs, Outputs>): Version<Inputs, Outputs> => {
    const prepared = prepareProgram(root);
    const { runHosted, ...others } = outside;
    const isHosted = prepared.modules.some(({ module: placed }) => programSourceOf(placed) !== undefined);
    // Programs that run here as a whole are not asked at each call of a module.
    const around = isHosted && runHosted !== undefined ? outside : others;
    const version: Version<Inputs, Outputs> = {
      prepared,
      paths: pathsOf(prepared),
      hasRoutes: prepared.modules.some(({ module: placed }) => placed instanceof Routed),
      inFlight: 0,
      execute: (inputs, ports, options) =>
        executeProgram(prepared, inputs, { ...around, ...ports, runModule }, { ...options, clock: system.clock }),
      leave() {
        version.inFlight--;
        // What fails here is the end of actors that end with the program anyway.
        if (version !== current && version.inFlight === 0) retire().catch(() => {});
      },
    };
    return version;
  };
  let current = versionOf(module);
  checkSupervision(supervision, current.prepared.modules);
  const versions = new Set([current]);

  /** Ends what only versions had that nobody runs any more. */
  const retire = async (): Promise<void> => {
    const unused = [...versions].filter((version) => version !== current && version.inFlight === 0);
    for (const version of unused) versions.delete(version);
    const used = new Set([...versions].flatMap(({ paths }) => paths));
    await processes.remove(unused.flatMap(({ paths }) => paths.filter((path) => !used.has(path))));
  };
  const replaceNow = async (path: string, replacement: Module): Promise<number> => {
    const next = versionOf(withModule(current.prepared.root, path, replacement));
    // Before any call runs it: a module must find its actor.
    await processes.add(next.paths);
    const { inFlight } = current;
    current = next;
    versions.add(next);
    await retire();
    return inFlight;
  };
  // One after the other: each goes on from the version that the one before it has made.
  let replacing: Promise<unknown> = Promise.resolve();
  await processes.start();
  return {
    get modulePaths() {
      return current.paths;
    },
    get hasRoutes() {
      return current.hasRoutes;
    },
    get program() {
      return current.prepared.root;
    },
    execute: (inputs, ports, options) => current.execute(inputs, ports, options),
    enter() {
      current.inFlight++;
      return current;
    },
    actorOf: (path) => processes.actorOf(path),
    replace(path, replacement) {
      const replaced = replacing.then(() => replaceNow(path, replacement));
      replacing = replaced.catch(() => {});
      return replaced;
    },
    stop: () => processes.stop(),
  };
}

/** A version, and what is kept of it until nobody runs it any more. */
interface Version<Inputs extends object, Outputs extends object> extends ProgramVersion<Inputs, Outputs> {
  readonly prepared: PreparedProgram<Inputs, Outputs>;
  readonly paths: readonly string[];
  readonly hasRoutes: boolean;
  inFlight: number;
}

function pathsOf({ modules }: PreparedProgram): readonly string[] {
  return modules.map(({ path }) => path);
}
