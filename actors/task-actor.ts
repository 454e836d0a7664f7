// Supervised work: an async function in an actor of its own, begun again by its supervisor if the actor is killed.
// Knows nothing of what the work is; work that is begun again must find by itself what is already done.
import { defineActor, stop } from "../runtime/index.ts";

/** A piece of work and who waits for it. */
export interface SupervisedTask {
  /** Does the work. Its sockets and timers hang on the signal, which aborts when the actor ends. */
  readonly work: (signal: AbortSignal) => Promise<void>;
}

const DONE = Symbol("done");

/**
 * The behaviour of a piece of supervised work.
 *
 * Ends `normal` when the work has settled, however it did: what came out is told by the work itself. Killed in between, it
 * leaves the outcome to its next incarnation.
 */
export const taskActor = defineActor({
  behaviourName: "task",
  init: (task: SupervisedTask, self): SupervisedTask => {
    self.pipe(task.work(self.signal), () => DONE);
    return task;
  },
  handleInfo: (state: SupervisedTask, message) => (message === DONE ? stop("normal", state) : state),
});
