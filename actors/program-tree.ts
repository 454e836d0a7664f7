// A spawned program: a supervisor with one actor per module, and the way its calls find them.
// Knows nothing of LMs, records or who calls.
import {
  type ExecuteOptions,
  executeProgram,
  type Module,
  type Prediction,
  type ProgramPorts,
  prepareProgram,
  type RunModule,
} from "../programs/index.ts";
import { BaseError } from "../runtime/base/index.ts";
import { type ActorSystem, child, countChildren, startChild, supervisor, terminateChild } from "../runtime/index.ts";
import { type ModuleRef, moduleActor } from "./module-actor.ts";
import { findDynamic, type StaticSupervisor } from "./supervisors.ts";

/** Name of the dynamic supervisor under which programs live. */
export const PROGRAMS = "programs";

/** A program whose modules have actors. */
export interface SpawnedProgram<Inputs extends object = object, Outputs extends object = object> {
  /** `self` for the root, then DSPy's parameter paths. */
  readonly modulePaths: readonly string[];
  /** Runs the program once; each module's work is done by its actor. */
  execute(
    inputs: Inputs,
    ports: Omit<ProgramPorts, "runModule">,
    options: Omit<ExecuteOptions, "clock">,
  ): Promise<Prediction<Outputs>>;
  /** The living actor of a module. */
  actorOf(path: string): ModuleRef | undefined;
  /** Stops the actors; calls in flight fail with ACTOR_DOWN. A second time does nothing. */
  stop(): Promise<void>;
}

/**
 * Starts a program's actors under the supervisor of programs.
 *
 * The program's own supervisor is one_for_one. If it gives up, its program is gone and others go on; the program's next call starts it anew.
 */
export async function spawnTree<Inputs extends object, Outputs extends object>(
  system: ActorSystem,
  programId: string,
  module: Module<Inputs, Outputs>,
): Promise<SpawnedProgram<Inputs, Outputs>> {
  const prepared = prepareProgram(module);
  const modulePaths = prepared.modules.map(({ path }) => path);
  const names = new Map(modulePaths.map((path) => [path, `${programId}/${path}`]));
  const children = modulePaths.map((path) =>
    child(path, moduleActor, path, { name: names.get(path) ?? path, shutdown: "brutal_kill" }),
  );
  let status: "running" | "stopped" = "running";
  const start = async (): Promise<void> => {
    const programs = findDynamic(system, PROGRAMS);
    const behaviour = supervisor({ strategy: "one_for_one", children });
    await startChild(programs, child(programId, behaviour, undefined, { name: programId, restart: "temporary" }));
  };
  const actorOf = (path: string): ModuleRef | undefined => system.whereis(names.get(path) ?? path);
  const nextIncarnation = async (path: string): Promise<ModuleRef> => {
    if (status === "stopped") throw programStopped(programId);
    const own = system.whereis<StaticSupervisor>(programId);
    // The supervisor answers behind the exit it has still to handle: afterwards the successor is there.
    if (own !== undefined) await countChildren(own).catch(ignoreDown);
    else await start();
    const ref = actorOf(path);
    if (ref === undefined) throw programStopped(programId);
    return ref;
  };
  const runModule: RunModule = async (path, inputs, signal, invoke) => {
    const ref = actorOf(path) ?? (await nextIncarnation(path));
    return ref.call("run", { inputs, signal, invoke }, { timeoutMs: Number.POSITIVE_INFINITY });
  };
  await start();
  return {
    modulePaths,
    execute: (inputs, ports, options) =>
      executeProgram(prepared, inputs, { ...ports, runModule }, { ...options, clock: system.clock }),
    actorOf,
    async stop() {
      if (status === "stopped") return;
      status = "stopped";
      const own = system.whereis<StaticSupervisor>(programId);
      if (own !== undefined) await terminateChild(findDynamic(system, PROGRAMS), own).catch(ignoreDown);
    },
  };
}

/** The actor asked is down already: what was wanted of it is the case, or is found out by the next look. */
function ignoreDown(error: unknown): void {
  if (!(error instanceof BaseError)) throw error;
}

function programStopped(programId: string): BaseError {
  return new BaseError("PROGRAM_STOPPED", `Program ${programId} has been stopped. Spawn it again before running it.`, {
    details: { programId },
  });
}
