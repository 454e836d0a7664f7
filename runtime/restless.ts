// Who may have something to do before a message for many that is sent now. Each says so once when it leaves its rest; who is back is found here.
// Knows nothing of messages or turns.

/** One who may be at rest. */
export interface Resting {
  readonly isAtRest: boolean;
  readonly isAlive: boolean;
  /** Told when it is found at rest, or dead: it may say again that it has left its rest. */
  calm(): void;
}

/** Length from which those who are back are looked for behind one who is not. */
const SMALLEST_SWEEP = 64;

/** Those who have left their rest since they were last found at it. */
export class Restless<One extends Resting> {
  #ones: One[] = [];
  #sweepAt = SMALLEST_SWEEP;

  get size(): number {
    return this.#ones.length;
  }

  add(one: One): void {
    this.#ones.push(one);
  }

  /** Whether anybody is not at rest. */
  isAny(): boolean {
    const ones = this.#ones;
    // Up to the first that is not: where there are many of them, to look at all each time would cost as much as to ask everybody.
    for (let one = ones.at(-1); one !== undefined; one = ones.at(-1)) {
      if (isRestless(one)) {
        // Else one who never rests keeps the dead who stand before it.
        if (ones.length >= this.#sweepAt) this.#sweep();
        return true;
      }
      one.calm();
      ones.pop();
    }
    return false;
  }

  #sweep(): void {
    this.#ones = this.#ones.filter((one) => {
      const isLeft = isRestless(one);
      if (!isLeft) one.calm();
      return isLeft;
    });
    this.#sweepAt = Math.max(SMALLEST_SWEEP, this.#ones.length * 2);
  }
}

function isRestless(one: Resting): boolean {
  return one.isAlive && !one.isAtRest;
}
