// Who runs next: actors with something to do take turns in microtasks, and the event loop gets its breath in between.
// Knows nothing of messages.

// Imported: the global of that name is looked up behind a getter each time, and this one is read every 32 to 128 messages.
import { performance } from "node:perf_hooks";

/** Messages one actor may handle before the next one's turn. */
const TURN_BUDGET = 32;
// Messages until the real time is looked at again. A look costs as much as four messages for many, so that there are fewer of them while
// messages are quick; no fewer than this, because they may become slow without notice.
const LOOK_AFTER = { least: TURN_BUDGET, most: 128 };
/** Messages up to a look are quick where they took less than this: at that rate the next look is not late for a breath. */
const QUICK_MS = 0.2;
/** Messages handled before timers and I/O get a macrotask, counted across drains: a caller that awaits each reply starts a new drain per call. */
const DRAIN_BUDGET = 20_000;
/** How long the event loop may wait for its breath: handlers of 5 ms each must not add up to minutes. */
const BREATH_MS = 20;

/** What is scheduled: `isQueued` belongs to the scheduler. */
export interface Schedulable {
  isQueued: boolean;
  /** Goes first: supervisors and actors that start. */
  isUrgent: boolean;
}

/** Turns of many tasks that were given at once, and are taken one after the other as if each task had been scheduled by itself. */
export interface TurnGroup<Task> {
  /** Whether all have been taken. */
  readonly isDone: boolean;
  /** Runs at most `budget` of them and says how many. What is urgent meanwhile goes before the next. */
  run(budget: number): number;
  /** Whether a task has a turn here that it has not had yet. */
  has(task: Task): boolean;
  /** Gives one task its turn back, to be scheduled by itself, where it has one here. */
  settle(task: Task): void;
}

// Not queueMicrotask: it makes an AsyncResource for each callback, and there is a drain per call that is awaited.
const SETTLED = Promise.resolve();

/** Stands in the queue for a group. */
const GROUP: unique symbol = Symbol("group");

/** Runs what is ready in turn. */
export class Scheduler<Task extends Schedulable> {
  readonly #run: (task: Task, budget: number) => number;
  readonly #hasMore: (task: Task) => boolean;
  readonly #ready = new Queue<Task | typeof GROUP>();
  readonly #urgent = new Queue<Task>();
  /** In the order in which they stand in the queue; the first may be under way. */
  readonly #groups: TurnGroup<Task>[] = [];
  #isInGroup = false;
  #isDraining = false;
  #isArmed = false;
  #spent = 0;
  #sinceLook = 0;
  #lookAfter = LOOK_AFTER.least;
  #lookedAt = 0;
  /** Since when the event loop has been asked to say that it came round; undefined while nobody asks. */
  #askedAt: number | undefined;

  constructor(run: (task: Task, budget: number) => number, hasMore: (task: Task) => boolean) {
    this.#run = run;
    this.#hasMore = hasMore;
  }

  /** Gives the task a turn, unless it is waiting for one already. Never runs it here and now. */
  schedule(task: Task): void {
    if (task.isQueued) return;
    task.isQueued = true;
    if (task.isUrgent) this.#urgent.push(task);
    else this.#ready.push(task);
    if (!this.#isDraining && !this.#isArmed) this.#arm();
  }

  /** Gives a group its turns, behind all that are ready. */
  scheduleGroup(group: TurnGroup<Task>): void {
    this.#groups.push(group);
    this.#ready.push(GROUP);
    if (!this.#isDraining && !this.#isArmed) this.#arm();
  }

  /** In how many groups a task waits for its turn. */
  sharesOf(task: Task): number {
    let count = 0;
    for (const group of this.#groups) if (group.has(task)) count++;
    return count;
  }

  /** Takes a task out of all groups, the last first: each puts what it has before what the later ones had. */
  settle(task: Task): void {
    for (let at = this.#groups.length - 1; at >= 0; at--) this.#groups[at]?.settle(task);
  }

  /** Counts work that a turn does for others besides its own message; false where the event loop must get its breath first. */
  hasTimeFor(messages: number): boolean {
    this.#spent += messages;
    this.#sinceLook += messages;
    if (this.#sinceLook >= this.#lookAfter) this.#look();
    return this.#spent < DRAIN_BUDGET;
  }

  readonly #breathe = (): void => {
    this.#spent = 0;
    this.#sinceLook = 0;
    this.#drain();
  };

  readonly #cameRound = (): void => {
    this.#askedAt = undefined;
    this.#spent = 0;
  };

  readonly #drain = (): void => {
    this.#isArmed = false;
    this.#isDraining = true;
    while (this.#spent < DRAIN_BUDGET) {
      const handled = this.#runNext();
      if (handled === 0) break;
      this.#spent += handled;
      this.#sinceLook += handled;
      if (this.#sinceLook >= this.#lookAfter) this.#look();
    }
    this.#isDraining = false;
    if (this.#isInGroup || this.#urgent.size + this.#ready.size > 0) {
      this.#isArmed = true;
      setImmediate(this.#breathe);
    }
  };

  #arm(): void {
    this.#isArmed = true;
    if (this.#spent >= DRAIN_BUDGET) setImmediate(this.#breathe);
    else SETTLED.then(this.#drain);
  }

  /** Gives a turn to whoever is next, and says how many messages that was; 0 where nobody is ready. */
  #runNext(): number {
    const urgent = this.#urgent.shift();
    if (urgent !== undefined) return this.#turn(urgent);
    if (this.#isInGroup) return this.#runGroup();
    const task = this.#ready.shift();
    if (task === undefined) return 0;
    return task === GROUP ? this.#runGroup() : this.#turn(task);
  }

  #turn(task: Task): number {
    task.isQueued = false;
    const handled = this.#run(task, TURN_BUDGET);
    if (this.#hasMore(task)) this.schedule(task);
    return handled;
  }

  #runGroup(): number {
    const [group] = this.#groups;
    const handled = group?.run(this.#lookAfter) ?? 0;
    this.#isInGroup = group?.isDone === false;
    if (!this.#isInGroup) this.#groups.shift();
    // Even a group that nobody is left in was somebody's turn.
    return Math.max(1, handled);
  }

  // Asked, not assumed from the last pause made here: drains that sockets and timers set off one by one leave the loop all the breath
  // it wants, and a pause among them would only gather what could be answered at once.
  #look(): void {
    this.#sinceLook = 0;
    // Real time, not the injected clock: this is about the real event loop, which a test's clock does not free.
    const now = performance.now();
    this.#lookAfter = now - this.#lookedAt < QUICK_MS ? LOOK_AFTER.most : LOOK_AFTER.least;
    this.#lookedAt = now;
    if (this.#askedAt === undefined) {
      this.#askedAt = now;
      setImmediate(this.#cameRound);
    } else if (now - this.#askedAt > BREATH_MS) {
      this.#spent = DRAIN_BUDGET;
    }
  }
}

/** A queue in one array that is used again from its start whenever it has run empty. */
class Queue<Item> {
  #items: (Item | undefined)[] = [];
  #head = 0;
  #tail = 0;

  get size(): number {
    return this.#tail - this.#head;
  }

  push(item: Item): void {
    this.#items[this.#tail++] = item;
  }

  shift(): Item | undefined {
    if (this.#head === this.#tail) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#tail) {
      this.#head = 0;
      this.#tail = 0;
    } else if (this.#head >= 1024 && this.#head * 2 >= this.#tail) {
      // It never ran empty: what was taken is cut off, else a system under constant load would only grow.
      this.#items = this.#items.slice(this.#head, this.#tail);
      this.#tail -= this.#head;
      this.#head = 0;
    }
    return item;
  }
}
