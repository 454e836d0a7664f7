// The place that a worker's examples have at the model, one at a time: the next one waits there, ready to ask, for the answer of the one before.
// Knows nothing of what an example is, of metrics or of records.
import { BaseError, type Clock } from "../runtime/base/index.ts";
import type { WorkLane } from "./work-lane.ts";

/** An answer that took less than this is handed on at once: waiting for others would be a good part of its time. In milliseconds. */
const SLOW_MS = 20;

/**
 * One request at a time for a worker that may have two examples under way.
 *
 * Rejected: to begin the next example when the one before has its answer, or its result. Answers come in waves; making the next request, reading,
 * judging and recording would stand between each answer and the request after it, with the model idle meanwhile.
 */
export class LmTurn {
  readonly #clock: Clock;
  readonly #mayAsk: () => boolean;
  readonly #gather: () => Promise<void>;
  #holder: ExampleTurn | undefined;
  #waiting: (() => void) | undefined;
  #isShared = true;

  /** `mayAsk` tells whether an example may still ask its first question when its turn comes; an answer that took its time is handed on when `gather` resolves. */
  constructor(clock: Clock, mayAsk: () => boolean, gather: () => Promise<void>) {
    this.#clock = clock;
    this.#mayAsk = mayAsk;
    this.#gather = gather;
  }

  /** False once an example had to ask again while the next one had the turn: from then on they go one after the other. */
  get isShared(): boolean {
    return this.#isShared;
  }

  /** The next example's, which works in a lane. At most two may be under way. */
  next(lane: WorkLane): ExampleTurn {
    return new ExampleTurn(this, lane);
  }

  /** Gives an example the turn: true where it has it now; else it is called in later, with what it waited, or refused. @internal */
  take(
    example: ExampleTurn,
    lane: WorkLane,
    enter: (waitedMs: number) => void,
    refuse: (error: BaseError) => void,
  ): boolean {
    if (this.#holder === undefined || this.#holder === example) {
      this.#holder = example;
      return true;
    }
    if (example.hasAsked) this.#isShared = false;
    const startedMs = this.#clock.now();
    // What it waits for is another example's answer: its own time stands still.
    lane.pause();
    this.#waiting = () => {
      lane.goOn();
      this.#holder = example;
      if (example.hasAsked || this.#mayAsk()) return enter(this.#clock.now() - startedMs);
      this.pass(example);
      refuse(withdrawn());
    };
    return false;
  }

  /** Waits until answers are handed on, if this one took its time; how long, in milliseconds. @internal */
  async gather(askedMs: number, lane: WorkLane): Promise<number> {
    const startedMs = this.#clock.now();
    if (startedMs - askedMs < SLOW_MS) return 0;
    lane.pause();
    await this.#gather();
    lane.goOn();
    return this.#clock.now() - startedMs;
  }

  /** @internal */
  now(): number {
    return this.#clock.now();
  }

  /** Ends an example's turn, if it has it. @internal */
  pass(example: ExampleTurn): void {
    if (this.#holder !== example) return;
    const next = this.#waiting;
    this.#waiting = undefined;
    this.#holder = undefined;
    next?.();
  }
}

/** One example's way to its turn and back. */
export class ExampleTurn {
  readonly #turn: LmTurn;
  readonly #lane: WorkLane;
  #onAsking: ((what: "asking") => void) | undefined;
  #waitedMs = 0;
  #status: "unasked" | "asked" | "failed" | "withdrawn" = "unasked";
  #isJudged = false;

  constructor(turn: LmTurn, lane: WorkLane) {
    this.#turn = turn;
    this.#lane = lane;
  }

  /** What the example waited for others, before and after it asked, in milliseconds: none of its own time. */
  get waitedMs(): number {
    return this.#waitedMs;
  }

  get hasAsked(): boolean {
    return this.#status !== "unasked";
  }

  /** Whether it came to its turn when nothing was to be begun any more. It has no outcome. */
  get isWithdrawn(): boolean {
    return this.#status === "withdrawn";
  }

  /** Takes the turn, at once or by a promise; how long it waited, in milliseconds. Rejects where it comes too late to ask. */
  take(): number | Promise<number> {
    let enter: ((waitedMs: number) => void) | undefined;
    let refuse: ((error: BaseError) => void) | undefined;
    const isNow = this.#turn.take(
      this,
      this.#lane,
      (waitedMs) => enter?.(this.#taken(waitedMs)),
      (error) => {
        this.#status = "withdrawn";
        refuse?.(error);
      },
    );
    if (isNow) return this.#taken(0);
    // Rejected: async functions, whose every return is one more turn of microtasks between an answer and the next request.
    return new Promise((resolve, reject) => {
      enter = resolve;
      refuse = reject;
    });
  }

  #taken(waitedMs: number): number {
    this.#waitedMs += waitedMs;
    this.#status = "asked";
    this.#onAsking?.("asking");
    return waitedMs;
  }

  /** Hands an answer on once the turn is the next one's and others are there too; after a failure, the next has to wait until it is known what comes of it. */
  async over<Answer>(asking: Promise<Answer>): Promise<Answer> {
    const askedMs = this.#turn.now();
    try {
      const answer = await asking;
      this.#turn.pass(this);
      this.#waitedMs += await this.#turn.gather(askedMs, this.#lane);
      return answer;
    } catch (error) {
      this.#status = "failed";
      if (this.#isJudged) this.#turn.pass(this);
      throw error;
    }
  }

  /** Its outcome is known, and counts. */
  judged(): void {
    this.#isJudged = true;
    if (this.#status === "failed") this.#turn.pass(this);
  }

  /** Resolves when the example asks its question, or when `work` has ended without. */
  asking(work: Promise<unknown>): Promise<"asking" | "ended"> {
    if (this.hasAsked) return Promise.resolve("asking");
    return new Promise((resolve) => {
      this.#onAsking = resolve;
      const ended = (): void => resolve("ended");
      work.then(ended, ended);
    });
  }
}

function withdrawn(): BaseError {
  return new BaseError("PROGRAM_ABORTED", "The run ends: nothing more is asked.");
}
