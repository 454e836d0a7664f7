// Does for many at once what is asked by one at a time: what is asked in one turn of the event loop, or while the last was under way.
// Knows nothing of what is done.

/** The most that is done at once. */
const MOST = 256;

interface Asked<Ask, Answer> {
  readonly ask: Ask;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * One piece of work for many who ask.
 *
 * A visit to a database costs its caller tens of microseconds whatever it brings: one for each of 64 concurrent calls is most of what they cost.
 */
export class Together<Ask, Answer> {
  readonly #work: (asks: readonly Ask[]) => Promise<readonly Answer[]>;
  #waiting: Asked<Ask, Answer>[] = [];
  #isAtWork = false;

  /** `work` answers in the order of what it is asked; what it rejects with is told to all of that time. Never at work twice. */
  constructor(work: (asks: readonly Ask[]) => Promise<readonly Answer[]>) {
    this.#work = work;
  }

  ask(ask: Ask): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ask, resolve, reject });
      if (this.#isAtWork) return;
      this.#isAtWork = true;
      setImmediate(() => void this.#run());
    });
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, MOST);
      try {
        const answers = await this.#work(group.map(({ ask }) => ask));
        // One answer for each, says the contract of `work`.
        for (const [place, { resolve }] of group.entries()) resolve(answers[place] as Answer);
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    this.#isAtWork = false;
  }
}
