// What the soak's clients have seen, counted.
// Knows nothing of actors.
import { isBaseError } from "../../runtime/base/index.ts";

/** The failures that a call or a request of the soak may end in: what was asked had ended, was between two incarnations, or took too long. */
const TYPED = new Set([
  "ACTOR_DOWN",
  "CALLING_SELF",
  "CALL_TIMEOUT",
  "CHILDREN_FULL",
  "CHILD_UNKNOWN",
  "HOST_LOST",
  "NAME_TAKEN",
  "NAME_UNKNOWN",
  "START_FAILED",
  "STOP_FAILED",
  "STOP_TIMEOUT",
]);

/** Counts of everything that was asked, and of how it ended. */
export class Tally {
  asked = 0;
  answered = 0;
  failed = 0;
  /** Answers with another value, and failures that are none of the kernel's own. */
  readonly wrong: string[] = [];
  /** By the code of the failure. */
  readonly codes = new Map<string, number>();
  readonly acts = new Map<string, number>();

  /** Asked, and neither answered nor failed. */
  get open(): number {
    return this.asked - this.answered - this.failed;
  }

  count(act: string): void {
    this.acts.set(act, (this.acts.get(act) ?? 0) + 1);
  }

  /** Waits for what was asked and counts how it ended; never rejects. */
  async follow(work: Promise<unknown>, isRight: (answer: unknown) => boolean): Promise<void> {
    this.asked++;
    try {
      const answer = await work;
      this.answered++;
      if (!isRight(answer)) this.#note(`answered ${String(answer)}`);
    } catch (error) {
      this.failed++;
      const code = isBaseError(error) ? error.code : "untyped";
      this.codes.set(code, (this.codes.get(code) ?? 0) + 1);
      if (!TYPED.has(code)) this.#note(error instanceof Error ? `${code}: ${error.message}` : String(error));
    }
  }

  #note(what: string): void {
    // A few say what is wrong; a million would only fill the memory.
    if (this.wrong.length < 100) this.wrong.push(what);
  }
}
