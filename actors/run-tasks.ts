// Starts supervised work and waits for what comes of it, over the deaths of the actors that do it.
// Knows nothing of what the work is.
import { BaseError } from "../runtime/base/index.ts";
import { type ActorSystem, child, startChild } from "../runtime/index.ts";
import { findDynamic } from "./supervisors.ts";
import { type SupervisedTask, taskActor } from "./task-actor.ts";

/** Name of the dynamic supervisor under which runs live. */
export const RUNS = "runs";

/** Work that may be begun again: `attempt` counts from 0. */
export type RepeatableWork<Value> = (attempt: number, signal: AbortSignal) => Promise<Value>;

/** The runs of one system. */
export class RunTasks {
  readonly #system: ActorSystem;
  readonly #waiting = new Set<(error: BaseError) => void>();
  readonly #watched = new WeakSet<object>();

  constructor(system: ActorSystem) {
    this.#system = system;
  }

  /**
   * Does work in a supervised actor and answers what it came to.
   *
   * If the actor is killed the work begins again in its successor. Rejects with what the work rejects with, and with RUN_ABANDONED where
   * the supervisor gave up or the runtime stopped; what was recorded stays, and the run can be resumed.
   */
  async run<Value>(taskId: string, work: RepeatableWork<Value>): Promise<Value> {
    const supervisor = findDynamic(this.#system, RUNS);
    if (!this.#watched.has(supervisor)) {
      this.#watched.add(supervisor);
      void this.#system.whenDown(supervisor).then(() => this.#abandon());
    }
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
    this.#waiting.add(reject);
    try {
      await startChild(supervisor, child(taskId, taskActor, task, { restart: "transient", shutdown: "brutal_kill" }));
      return await promise;
    } finally {
      this.#waiting.delete(reject);
    }
  }

  #abandon(): void {
    for (const reject of this.#waiting) reject(runAbandoned("its supervisor has ended"));
  }
}

function runAbandoned(why: string): BaseError {
  return new BaseError(
    "RUN_ABANDONED",
    `The run was left unfinished because ${why}. What was recorded is kept; resume the run by its id.`,
    { retryable: true },
  );
}
