// The processes of one program: a supervisor, an actor per module that has one, and an actor per request where that is asked for.
// Knows nothing of what modules do, of LMs or of records.
import type { RunModule } from "../programs/index.ts";
import { BaseError } from "../runtime/base/index.ts";
import {
  type ActorSystem,
  child,
  deleteChild,
  dynamicSupervisor,
  startChild,
  supervisor,
  terminateChild,
} from "../runtime/index.ts";
import { type ModuleInvocation, type ModuleRef, moduleActor } from "./module-actor.ts";
import { type Placement, type ProgramSupervision, placementOf } from "./program-supervision.ts";
import { type DynamicSupervisor, ignoreDown, living, type StaticSupervisor, untilSettled } from "./supervisors.ts";

/** Name of the dynamic supervisor under which programs live. */
export const PROGRAMS = "programs";

// A run's deadline is the program's business.
const MODULE_CALL = { timeoutMs: Number.POSITIVE_INFINITY };
// No path is written like this, so no module can be called so.
const REQUESTS = "(requests)";

/** Where a module works, and the name of the actor there. */
interface Place {
  readonly placement: Placement;
  readonly actorName: string;
}

/** The living side of a program. */
export class ModuleProcesses {
  readonly #system: ActorSystem;
  readonly #programId: string;
  readonly #supervision: ProgramSupervision;
  // Looked up at each call of a module, for which a name must not be put together anew.
  readonly #places = new Map<string, Place>();
  /** The paths of modules that have an actor of their own. */
  readonly #paths: Set<string>;
  #status: "running" | "stopped" = "running";
  #starting: Promise<void> | undefined;
  #requests = 0;

  constructor(system: ActorSystem, programId: string, supervision: ProgramSupervision, paths: readonly string[]) {
    this.#system = system;
    this.#programId = programId;
    this.#supervision = supervision;
    this.#paths = new Set(paths.filter((path) => this.#isOwn(path)));
  }

  /** Starts the supervisor and its children, also anew where it has given up. */
  async start(): Promise<void> {
    const programs = await living<DynamicSupervisor>(this.#system, PROGRAMS);
    const id = this.#programId;
    const { strategy = "one_for_one", intensity, periodMs } = this.#supervision;
    const children = [
      ...[...this.#paths].map((path) => this.#spec(path)),
      child(REQUESTS, dynamicSupervisor(), undefined, { name: `${id}/${REQUESTS}` }),
    ];
    const behaviour = supervisor({
      strategy,
      ...(intensity === undefined ? {} : { intensity }),
      ...(periodMs === undefined ? {} : { periodMs }),
      children: this.#hasRequests() ? children : children.slice(0, -1),
    });
    await startChild(programs, child(id, behaviour, undefined, { name: id, restart: "temporary" }));
    // Stopped while it was being started anew: nobody else would find it.
    if (this.#status === "stopped") await this.#end();
  }

  /** The living actor of a module that has its own. */
  actorOf(path: string): ModuleRef | undefined {
    return this.#system.whereis(this.#placeOf(path).actorName);
  }

  // Not an async function, which would put three turns of the microtask queue between a module and its caller.
  readonly runModule: RunModule = (path, inputs, signal, invoke) => {
    const { placement, actorName } = this.#placeOf(path);
    if (placement === "caller") return invoke(signal);
    const invocation = { inputs, signal, invoke };
    if (placement === "request") return this.#request(path, invocation);
    const ref = this.#system.whereis<typeof moduleActor>(actorName);
    if (ref !== undefined) return ref.call("run", invocation, MODULE_CALL);
    return this.#found<typeof moduleActor>(actorName).then((next) => next.call("run", invocation, MODULE_CALL));
  };

  /** Starts actors for modules that a new version of the program has and the one before had not. */
  async add(paths: readonly string[]): Promise<void> {
    const own = this.#system.whereis<StaticSupervisor>(this.#programId);
    for (const path of paths) {
      if (!this.#isOwn(path) || this.#paths.has(path)) continue;
      this.#paths.add(path);
      // Where the program is down, its next start has the new ones too.
      if (own !== undefined) await startChild(own, this.#spec(path)).catch(ignoreDown);
    }
  }

  /** Ends the actors of modules that no version of the program in use has any more. */
  async remove(paths: readonly string[]): Promise<void> {
    const own = this.#system.whereis<StaticSupervisor>(this.#programId);
    for (const path of paths) {
      if (!this.#paths.delete(path) || own === undefined) continue;
      await terminateChild(own, path).catch(ignoreDown);
      await deleteChild(own, path).catch(ignoreDown);
    }
  }

  /** Stops them all; work under way fails with ACTOR_DOWN. A second time does nothing. */
  async stop(): Promise<void> {
    if (this.#status === "stopped") return;
    this.#status = "stopped";
    await this.#end();
  }

  async #end(): Promise<void> {
    const own = this.#system.whereis<StaticSupervisor>(this.#programId);
    const programs = this.#system.whereis<DynamicSupervisor>(PROGRAMS);
    if (own !== undefined && programs !== undefined) await terminateChild(programs, own).catch(ignoreDown);
  }

  /** A process for this one request. It ends with the request, however that ends, and takes nobody along. */
  async #request(path: string, invocation: ModuleInvocation): Promise<unknown> {
    const requests = await this.#found<DynamicSupervisor>(`${this.#programId}/${REQUESTS}`);
    const id = `${path}#${++this.#requests}`;
    const name = `${this.#programId}/${id}`;
    const spec = child(id, moduleActor, path, { name, restart: "temporary", shutdown: "brutal_kill" });
    const ref = await startChild(requests, spec);
    const end = (): void => ref.exit("shutdown");
    // Work that does not heed its signal ends with its process all the same, as far as anybody can tell.
    invocation.signal.addEventListener("abort", end, { once: true });
    try {
      return await ref.call("run", invocation, MODULE_CALL);
    } finally {
      invocation.signal.removeEventListener("abort", end);
      end();
    }
  }

  /** The living actor of this name; starts the program anew where it has given up. Rejects with PROGRAM_STOPPED. */
  async #found<B extends typeof moduleActor | DynamicSupervisor>(name: string) {
    for (;;) {
      if (this.#status === "stopped") throw programStopped(this.#programId);
      const ref = this.#system.whereis<B>(name);
      if (ref !== undefined) return ref;
      const own = this.#system.whereis<StaticSupervisor>(this.#programId);
      if (own !== undefined) {
        await untilSettled(own);
        continue;
      }
      // Many calls may find it gone at once; one of them starts it.
      this.#starting ??= this.start().finally(() => {
        this.#starting = undefined;
      });
      await this.#starting;
    }
  }

  #spec(path: string) {
    return child(path, moduleActor, path, { name: this.#placeOf(path).actorName, shutdown: "brutal_kill" });
  }

  #placeOf(path: string): Place {
    const known = this.#places.get(path);
    if (known !== undefined) return known;
    const actorName = this.#supervision.modules?.[path]?.name ?? `${this.#programId}/${path}`;
    const place = { placement: placementOf(path, this.#supervision), actorName };
    this.#places.set(path, place);
    return place;
  }

  #isOwn(path: string): boolean {
    return this.#placeOf(path).placement === "own";
  }

  #hasRequests(): boolean {
    const { processes, modules = {} } = this.#supervision;
    return processes === "per-request" || Object.values(modules).some((module) => module.processes === "per-request");
  }
}

function programStopped(programId: string): BaseError {
  return new BaseError("PROGRAM_STOPPED", `Program ${programId} has been stopped. Spawn it again before running it.`, {
    details: { programId },
  });
}
