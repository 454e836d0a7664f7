// Who runs next: actors with something to do take turns in microtasks, and the event loop gets its breath in between.
// Knows nothing of messages.

/** Messages one actor may handle before the next one's turn. After each such turn's worth the real time is looked at. */
const TURN_BUDGET = 32;
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

/** Runs what is ready in turn. */
export class Scheduler<Task extends Schedulable> {
  readonly #run: (task: Task, budget: number) => number;
  readonly #hasMore: (task: Task) => boolean;
  readonly #ready = new Queue<Task>();
  readonly #urgent = new Queue<Task>();
  #isDraining = false;
  #isArmed = false;
  #spent = 0;
  #sinceLook = 0;
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
    (task.isUrgent ? this.#urgent : this.#ready).push(task);
    if (this.#isDraining || this.#isArmed) return;
    this.#isArmed = true;
    if (this.#spent >= DRAIN_BUDGET) setImmediate(this.#breathe);
    else queueMicrotask(this.#drain);
  }

  /** Counts work that a turn does for others besides its own message; false where the event loop must get its breath first. */
  hasTimeFor(messages: number): boolean {
    this.#spent += messages;
    this.#sinceLook += messages;
    if (this.#sinceLook >= TURN_BUDGET) this.#look();
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
      const task = this.#urgent.shift() ?? this.#ready.shift();
      if (task === undefined) break;
      task.isQueued = false;
      const handled = this.#run(task, TURN_BUDGET);
      if (this.#hasMore(task)) this.schedule(task);
      this.#spent += handled;
      this.#sinceLook += handled;
      if (this.#sinceLook >= TURN_BUDGET) this.#look();
    }
    this.#isDraining = false;
    if (this.#urgent.size + this.#ready.size > 0) {
      this.#isArmed = true;
      setImmediate(this.#breathe);
    }
  };

  // Asked, not assumed from the last pause made here: drains that sockets and timers set off one by one leave the loop all the breath
  // it wants, and a pause among them would only gather what could be answered at once.
  #look(): void {
    this.#sinceLook = 0;
    // Real time, not the injected clock: this is about the real event loop, which a test's clock does not free.
    const now = performance.now();
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
