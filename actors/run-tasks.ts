// Starts supervised work and waits for what comes of it, over the deaths of the actors that do it.
// Knows nothing of what the work is.
import { BaseError, isBaseError } from "../runtime/base/index.ts";
import { type ActorSystem, child, startChild } from "../runtime/index.ts";
import { type DynamicSupervisor, living } from "./supervisors.ts";
import { type SupervisedTask, taskActor } from "./task-actor.ts";

/** Name of the dynamic supervisor under which runs live. */
export const RUNS = "runs";

/** Work that may be begun again: `attempt` counts from 0. */
export type RepeatableWork<Value> = (attempt: number, signal: AbortSignal) => Promise<Value>;

/** The runs of one system. */
export class RunTasks {
  readonly #system: ActorSystem;
  readonly #held = new Set<string>();
  readonly #waiting = new Map<string, (error: BaseError) => void>();
  readonly #watched = new WeakSet<object>();

  constructor(system: ActorSystem) {
    this.#system = system;
  }

  /** Whether work under way was begun under this id, or holds it. */
  isHeld(id: string): boolean {
    return this.#held.has(id);
  }

  /**
   * Does work in a supervised actor and answers what it came to.
   *
   * `taskId` and what the work `holds` count as held, from the call until the work has settled. If the actor is killed the work begins again in its successor. Rejects with
   * what the work rejects with, and with RUN_ABANDONED where the supervisor gave up or the runtime stopped; what was recorded stays, and the run can be resumed.
   */
  async run<Value>(taskId: string, holds: readonly string[], work: RepeatableWork<Value>): Promise<Value> {
    const held = [taskId, ...holds];
    for (const id of held) this.#held.add(id);
    const { promise, resolve, reject } = Promise.withResolvers<Value>();
    let attempt = 0;
    const task: SupervisedTask = {
      work: async (signal) => {
        try {
          resolve(await work(attempt++, signal));
        } catch (error) {
          // The actor was ended: its successor, or whoever abandons the run, settles the promise.
          if (!signal.aborted) reject(error);
        }
      },
    };
    this.#waiting.set(taskId, reject);
    try {
      await this.#start(taskId, task);
      return await promise;
    } finally {
      this.#waiting.delete(taskId);
      for (const id of held) this.#held.delete(id);
    }
  }

  async #start(taskId: string, task: SupervisedTask): Promise<void> {
    const supervisor = await living<DynamicSupervisor>(this.#system, RUNS);
    if (!this.#watched.has(supervisor)) {
      this.#watched.add(supervisor);
      void this.#system.whenDown(supervisor).then(() => this.#abandonAll());
    }
    try {
      await startChild(supervisor, child(taskId, taskActor, task, { restart: "transient", shutdown: "brutal_kill" }));
    } catch (error) {
      throw isBaseError(error, "ACTOR_DOWN") ? runAbandoned(taskId, error) : error;
    }
  }

  #abandonAll(): void {
    for (const [taskId, reject] of this.#waiting) reject(runAbandoned(taskId));
  }
}

/** The run's world ended before the run did: the runtime stopped, or a part of it that the run needs was restarted. */
export function runAbandoned(runId: string, cause?: unknown): BaseError {
  return new BaseError(
    "RUN_ABANDONED",
    `Run ${runId} was left unfinished because the runtime stopped, or restarted a part that the run needs. What was recorded is kept; ` +
      `resume it with runtime.resume("${runId}", …) or dspex resume ${runId}.`,
    { ...(cause === undefined ? {} : { cause }), retryable: true, details: { runId } },
  );
}
