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
import { type ActorSystem, child, startChild, supervisor, terminateChild } from "../runtime/index.ts";
import { type ModuleRef, moduleActor } from "./module-actor.ts";
import { type DynamicSupervisor, ignoreDown, living, type StaticSupervisor, untilSettled } from "./supervisors.ts";

/** Name of the dynamic supervisor under which programs live. */
export const PROGRAMS = "programs";

// A run's deadline is the program's business.
const MODULE_CALL = { timeoutMs: Number.POSITIVE_INFINITY };

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
  let starting: Promise<void> | undefined;
  const start = async (): Promise<void> => {
    const programs = await living<DynamicSupervisor>(system, PROGRAMS);
    const behaviour = supervisor({ strategy: "one_for_one", children });
    await startChild(programs, child(programId, behaviour, undefined, { name: programId, restart: "temporary" }));
    // Stopped while it was being started anew: nobody else would find it.
    if (status === "stopped") await end();
  };
  const end = async (): Promise<void> => {
    const own = system.whereis<StaticSupervisor>(programId);
    const programs = system.whereis<DynamicSupervisor>(PROGRAMS);
    if (own !== undefined && programs !== undefined) await terminateChild(programs, own).catch(ignoreDown);
  };
  const actorOf = (path: string): ModuleRef | undefined => system.whereis(names.get(path) ?? path);
  const nextIncarnation = async (path: string): Promise<ModuleRef> => {
    for (;;) {
      if (status === "stopped") throw programStopped(programId);
      const ref = actorOf(path);
      if (ref !== undefined) return ref;
      const own = system.whereis<StaticSupervisor>(programId);
      if (own !== undefined) {
        await untilSettled(own);
        continue;
      }
      // Many calls may find it gone at once; one of them starts it.
      starting ??= start().finally(() => {
        starting = undefined;
      });
      await starting;
    }
  };
  // Not an async function, which would put three turns of the microtask queue between a module and its caller.
  const runModule: RunModule = (path, inputs, signal, invoke) => {
    const invocation = { inputs, signal, invoke };
    const ref = actorOf(path);
    if (ref !== undefined) return ref.call("run", invocation, MODULE_CALL);
    return nextIncarnation(path).then((next) => next.call("run", invocation, MODULE_CALL));
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
      await end();
    },
  };
}

function programStopped(programId: string): BaseError {
  return new BaseError("PROGRAM_STOPPED", `Program ${programId} has been stopped. Spawn it again before running it.`, {
    details: { programId },
  });
}
