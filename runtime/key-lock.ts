// One holder at a time per key, first come first served; a holder or waiter that ends makes room.
// Knows nothing of what is done meanwhile.
import type { AnyActorRef } from "./actor-ref.ts";
import type { ActorSystem } from "./actor-system.ts";
import { actorEnded } from "./call-errors.ts";
import type { Cell } from "./cell.ts";
import type { Watcher } from "./cell-parts.ts";
import { cellIn } from "./cell-ref.ts";

/** Someone who has the lock or waits for it. */
interface Turn {
  readonly begin: () => void;
}

/** A lock per key; a key that nobody holds costs nothing. */
export class KeyLock<Key> {
  readonly #system: ActorSystem;
  /** First the holder, then those who wait. */
  readonly #queues = new Map<Key, Turn[]>();

  constructor(system: ActorSystem) {
    this.#system = system;
  }

  run<Result>(key: Key, holder: AnyActorRef, work: () => Result | Promise<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const cell = cellIn(this.#system, holder);
      const end = (): void => {
        this.#leave(key, turn);
        reject(actorEnded(cell.name, cell.actorId, cell.exitReason ?? "noproc"));
      };
      const watcher: Watcher = { tell: end };
      const turn: Turn = {
        begin: () => {
          // In a promise, so that work which throws at once rejects.
          new Promise<Result>((done) => done(work()))
            .finally(() => {
              cell.watchers?.delete(watcher);
              this.#leave(key, turn);
            })
            .then(resolve, reject);
        },
      };
      if (!cell.isAlive) {
        end();
        return;
      }
      watch(cell, watcher);
      const queue = this.#queues.get(key);
      if (queue === undefined) {
        this.#queues.set(key, [turn]);
        turn.begin();
      } else queue.push(turn);
    });
  }

  /** Leaves the queue, from wherever it stands; the head's place goes to the next. */
  #leave(key: Key, turn: Turn): void {
    const queue = this.#queues.get(key);
    const at = queue?.indexOf(turn) ?? -1;
    if (queue === undefined || at < 0) return;
    queue.splice(at, 1);
    if (queue.length === 0) this.#queues.delete(key);
    else if (at === 0) queue[0]?.begin();
  }
}

function watch(cell: Cell, watcher: Watcher): void {
  cell.watchers ??= new Set();
  cell.watchers.add(watcher);
}
