// What can be heard of a run while it runs: each module, request, prompt, answer and tool, when it begins and how it ends.
// Knows nothing of who listens. With nobody listening none of it is made.

/** The kinds of work that are told of: DSPy's callback points. */
export type WorkKind = "module" | "request" | "prompt" | "answer" | "tool";

/** One piece of work. */
export interface Work {
  /** `module`: a module's forward; `request`: one to a language model; `prompt` and `answer`: an adapter's format and parse; `tool`: a tool's call. */
  readonly kind: WorkKind;
  /** Unique in the run's process; the pieces of one run begin with the run's call id. */
  readonly workId: string;
  /** The piece of work that this is part of; undefined for the program's own. */
  readonly parentId: string | undefined;
  /** The path of the module whose work it is, or in whose name it is done. */
  readonly path: string;
  /** Of the module its class, of a prompt and an answer the adapter, of a tool the tool; of a request the module's path. */
  readonly name: string;
  /** The module's inputs, the request, the inputs of the prompt, the completion's text, the tool's arguments. */
  readonly inputs: unknown;
}

/**
 * Hears what happens inside runs, with everything that goes in and out.
 *
 * Its functions are called at once and in order, and must be quick. One that throws changes nothing but what is heard.
 */
export interface ProgramObserver {
  /** The kinds it wants to hear. Default: all. */
  readonly kinds?: readonly WorkKind[];
  started?(work: Work): void;
  /** `outputs`: the prediction, the response, the messages, the values, the tool's result. */
  stopped?(work: Work, outputs: unknown): void;
  /** Also where the work was called off. */
  failed?(work: Work, error: unknown): void;
}

/** What somebody who does work says of it. */
export type WorkAbout = Pick<Work, "kind" | "path" | "name" | "inputs" | "parentId">;

/** Tells the observers of one run. */
export class WorkLog {
  readonly #observers: readonly ProgramObserver[];
  readonly #callId: string;
  readonly #count: { next: number };

  constructor(callId: string, observers: readonly ProgramObserver[], count: { next: number } = { next: 0 }) {
    this.#callId = callId;
    this.#observers = observers;
    this.#count = count;
  }

  /** Whether any observer wants to hear of such work. */
  hears(kind: WorkKind): boolean {
    // Rejected: a set of all kinds. Observers are few, and making it costs a run more than asking them.
    for (const { kinds } of this.#observers) if (kinds === undefined || kinds.includes(kind)) return true;
    return false;
  }

  /** The same log with one observer more. */
  with(observer: ProgramObserver): WorkLog {
    return this.#observers.includes(observer)
      ? this
      : new WorkLog(this.#callId, [...this.#observers, observer], this.#count);
  }

  /** Does work and tells of it. */
  async tell<Value>(about: WorkAbout, work: (workId: string) => Promise<Value>): Promise<Value> {
    const told = this.#start(about);
    try {
      const value = await work(told.workId);
      this.#each(told, (observer) => observer.stopped?.(told, value));
      return value;
    } catch (error) {
      this.#each(told, (observer) => observer.failed?.(told, error));
      throw error;
    }
  }

  /** The same for work that is done at once. */
  tellNow<Value>(about: WorkAbout, work: () => Value): Value {
    const told = this.#start(about);
    try {
      const value = work();
      this.#each(told, (observer) => observer.stopped?.(told, value));
      return value;
    } catch (error) {
      this.#each(told, (observer) => observer.failed?.(told, error));
      throw error;
    }
  }

  #start(about: WorkAbout): Work {
    const work = Object.freeze({ ...about, workId: `${this.#callId}/${this.#count.next++}` });
    this.#each(work, (observer) => observer.started?.(work));
    return work;
  }

  #each({ kind }: Work, tell: (observer: ProgramObserver) => void): void {
    for (const observer of this.#observers) {
      if (observer.kinds !== undefined && !observer.kinds.includes(kind)) continue;
      try {
        tell(observer);
      } catch {
        // What goes wrong with whoever listens must not change the run.
      }
    }
  }
}
