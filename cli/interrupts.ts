// What Ctrl-C means: once, finish what is in flight; twice, cancel it; three times, leave.
// Knows nothing of what is in flight.
import { type Clock, stopOnSignals } from "../index.ts";

/** What interrupts do besides aborting their signals. */
export interface InterruptHooks {
  /** Told what the press did, for people. */
  readonly say: (text: string) => void;
  /** Leaves at once. */
  readonly leave: () => void;
  /** Of the time that a SIGTERM gives. Default the machine's. */
  readonly clock?: Clock;
}

/** Milliseconds that what is cancelled by SIGTERM or SIGHUP has to end. */
const DEADLINE_MS = 10_000;

/** The signals that end a run early. */
export interface EndSignals {
  /** Aborted by the first Ctrl-C: start nothing new. */
  readonly drain: AbortSignal;
  /** Aborted by the second, or by SIGTERM: cancel what is in flight. */
  readonly cancel: AbortSignal;
}

/** Where signals come from. */
export interface SignalSource {
  on(signal: "SIGINT" | "SIGTERM" | "SIGHUP", listener: () => void): unknown;
  off(signal: "SIGINT" | "SIGTERM" | "SIGHUP", listener: () => void): unknown;
}

/** Counts presses and acts on them. */
export class Interrupts implements EndSignals {
  readonly #drain = new AbortController();
  readonly #cancel = new AbortController();
  readonly #hooks: InterruptHooks;
  #stage: 0 | 1 | 2 = 0;

  constructor(hooks: InterruptHooks) {
    this.#hooks = hooks;
  }

  get drain(): AbortSignal {
    return this.#drain.signal;
  }

  get cancel(): AbortSignal {
    return this.#cancel.signal;
  }

  /** Listens to a process. What it returns ends that: the command has ended by itself. */
  listen(source: SignalSource): () => void {
    const step = () => this.press();
    const over = Promise.withResolvers<void>();
    const cancel = async (): Promise<void> => {
      this.terminate();
      await over.promise;
    };
    const leave = (): void => {
      this.#hooks.say("Leaving; what was finished is kept.");
      this.#hooks.leave();
    };
    const { clock } = this.#hooks;
    const ending = stopOnSignals([{ stop: cancel }], {
      signals: ["SIGTERM", "SIGHUP"],
      deadlineMs: DEADLINE_MS,
      leaves: "late",
      process: { on: source.on.bind(source), off: source.off.bind(source), exit: leave },
      ...(clock === undefined ? {} : { clock }),
    });
    source.on("SIGINT", step);
    return () => {
      source.off("SIGINT", step);
      over.resolve();
      ending.close();
    };
  }

  /** One Ctrl-C. */
  press(): void {
    if (this.#stage === 0) {
      this.#stage = 1;
      this.#hooks.say("Finishing what is in flight. Ctrl-C again cancels it.");
      this.#drain.abort();
    } else if (this.#stage === 1) this.#abort();
    else this.#hooks.leave();
  }

  /** SIGTERM or SIGHUP: cancels at once, and leaves when it comes again. */
  terminate(): void {
    if (this.#stage === 2) this.#hooks.leave();
    else this.#abort();
  }

  #abort(): void {
    this.#stage = 2;
    this.#hooks.say("Cancelling what is in flight. Ctrl-C again leaves at once.");
    this.#drain.abort();
    this.#cancel.abort();
  }
}
