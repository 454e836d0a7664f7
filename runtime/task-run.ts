// One run of a task: the work, what became of it, and the actor that does it.
// Knows nothing of who waits.
import type { AnyActorRef } from "./actor-ref.ts";
import type { Cell } from "./cell.ts";
import { CellRef } from "./cell-ref.ts";
import { defineActor, type MaybePromise } from "./define-actor.ts";
import type { ExitReason } from "./exit-reason.ts";
import { next, stop } from "./handler-result.ts";
import type { Self } from "./self.ts";

/** What a task does. The signal aborts when the task ends before its work. */
export type TaskWork<Value> = (signal: AbortSignal, self: Self) => MaybePromise<Value>;

/** What became of a task. */
export type TaskOutcome<Value> =
  | { readonly status: "done"; readonly value: Value }
  | { readonly status: "exited"; readonly reason: ExitReason };

/** What a task's actor needs of its run, whatever its value. */
export interface Performance {
  readonly callers: readonly AnyActorRef[];
  /** Whom its actor ties itself to before the work begins: one that a supervisor starts cannot be tied from outside in time. */
  readonly linkTo: AnyActorRef | undefined;
  /** Does the work and settles the run; rejects with what the work fails with. */
  perform(self: Self): Promise<void>;
}

/** A run, settled once: by its work's value or by its actor's end. */
export class TaskRun<Value> implements Performance {
  readonly #work: TaskWork<Value>;
  readonly callers: readonly AnyActorRef[];
  readonly linkTo: AnyActorRef | undefined;
  outcome: TaskOutcome<Value> | undefined = undefined;
  #listeners: ((outcome: TaskOutcome<Value>) => void)[] = [];

  constructor(work: TaskWork<Value>, owner: Cell | undefined, linkTo?: AnyActorRef) {
    this.#work = work;
    this.linkTo = linkTo;
    this.callers = owner === undefined ? [] : [owner.ref, ...(chains.get(owner.ref) ?? [])];
  }

  async perform(self: Self): Promise<void> {
    this.settle({ status: "done", value: await this.#work(self.signal, self) });
  }

  settle(outcome: TaskOutcome<Value>): void {
    if (this.outcome !== undefined) return;
    this.outcome = outcome;
    for (const listener of this.#listeners.splice(0)) listener(outcome);
  }

  /** Calls `listener` once there is an outcome, at once where there is one. */
  onSettled(listener: (outcome: TaskOutcome<Value>) => void): void {
    if (this.outcome === undefined) this.#listeners.push(listener);
    else listener(this.outcome);
  }

  /** Stops telling `listener`. */
  forget(listener: (outcome: TaskOutcome<Value>) => void): void {
    this.#listeners = this.#listeners.filter((kept) => kept !== listener);
  }

  /** Settles the run when its actor ends without a value. */
  watch(cell: Cell): void {
    if (cell.exitReason !== undefined) {
      this.settle({ status: "exited", reason: cell.exitReason });
      return;
    }
    cell.watchers ??= new Set();
    cell.watchers.add({ tell: (reason) => this.settle({ status: "exited", reason }) });
  }
}

const chains = new WeakMap<AnyActorRef, readonly AnyActorRef[]>();

/** Who asked for the task that runs as this actor, and who asked for that one's, nearest first; nobody where it is no task. */
export function callersOf(actor: Self | AnyActorRef): readonly AnyActorRef[] {
  return chains.get("ref" in actor ? actor.ref : actor) ?? [];
}

/** A task is an actor that does its work as soon as it has started, and ends. */
export const taskBehaviour = defineActor({
  behaviourName: "task",
  init: (run: Performance, self) => {
    chains.set(self.ref, run.callers);
    if (run.linkTo !== undefined) self.link(run.linkTo);
    return next(run, { continueWith: undefined });
  },
  handleContinue: async (run, _, self) => {
    await run.perform(self);
    return stop("normal", run);
  },
});

/** The cell behind a task's reference, which the kernel has just made. */
export function taskCell(ref: AnyActorRef): Cell {
  const cell = CellRef.cellOf(ref);
  if (cell === undefined) throw new TypeError("A task's reference is one of the kernel's own.");
  return cell;
}
