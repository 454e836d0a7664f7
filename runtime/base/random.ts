// Chance that can be replayed: CPython's Mersenne Twister, draw for draw, so that a seed means what it means in Python.
// Knows nothing of what is drawn for. The order and number of draws are part of its contract.
import { BaseError } from "./errors.ts";

const N = 624;
const M = 397;

/**
 * CPython's `random.Random(seed)`: equal seeds give equal draws, here and in Python.
 *
 * The seed is an integer (a bigint beyond 2^53); its sign does not matter, as in Python. Every draw moves the stream, also a choice
 * from one element. Rejects nothing silently: a wrong argument throws RANDOM_ARGUMENT_INVALID.
 */
export class Random {
  readonly #state = new Uint32Array(N);
  #index = N;

  constructor(seed: number | bigint) {
    if (typeof seed === "number" && !Number.isSafeInteger(seed)) {
      throw invalid("an integer seed (a bigint beyond 2^53)", String(seed));
    }
    this.#seedByArray(limbs(BigInt(seed)));
  }

  /** A float in [0, 1) with 53 bits. Two words of the stream. */
  random(): number {
    const a = this.#word() >>> 5;
    const b = this.#word() >>> 6;
    return (a * 67108864 + b) / 9007199254740992;
  }

  /** An integer of `bits` bits, 0 to 53. */
  getrandbits(bits: number): number {
    if (!Number.isInteger(bits) || bits < 0 || bits > 53) throw invalid("0 to 53 bits", String(bits));
    if (bits === 0) return 0;
    if (bits <= 32) return this.#word() >>> (32 - bits);
    // The low word is drawn first, and the rest from the top of the next.
    const low = this.#word();
    return (this.#word() >>> (64 - bits)) * 4294967296 + low;
  }

  /** An integer in [0, n) or [start, stop), each equally likely. */
  randrange(stop: number): number;
  randrange(start: number, stop: number): number;
  randrange(first: number, second?: number): number {
    const start = second === undefined ? 0 : first;
    const width = (second ?? first) - start;
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(width) || width <= 0) {
      throw invalid(
        "a range of integers that is not empty",
        second === undefined ? `randrange(${first})` : `randrange(${first}, ${second})`,
      );
    }
    return start + this.#below(width);
  }

  /** An integer in [low, high], both ends included. */
  randint(low: number, high: number): number {
    return this.randrange(low, high + 1);
  }

  /** One of the items. */
  choice<Item>(items: readonly Item[]): Item {
    if (items.length === 0) throw invalid("at least one item to choose from", "none");
    return at(items, this.#below(items.length));
  }

  /** Mixes the array in place. */
  shuffle<Item>(items: Item[]): void {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.#below(i + 1);
      const kept = at(items, i);
      items[i] = at(items, j);
      items[j] = kept;
    }
  }

  /** `count` different positions' items, in the order drawn. */
  sample<Item>(items: readonly Item[], count: number): Item[] {
    const n = items.length;
    if (!Number.isInteger(count) || count < 0 || count > n) throw invalid(`a sample of 0 to ${n}`, String(count));
    // CPython takes the pool for small populations and a set of seen positions for large ones; the draws differ.
    let poolLimit = 21;
    if (count > 5) poolLimit += 4 ** ceilLog4(count * 3);
    const drawn: Item[] = [];
    if (n <= poolLimit) {
      const pool = [...items];
      for (let i = 0; i < count; i++) {
        const j = this.#below(n - i);
        drawn.push(at(pool, j));
        pool[j] = at(pool, n - i - 1);
      }
      return drawn;
    }
    const seen = new Set<number>();
    for (let i = 0; i < count; i++) {
      let j = this.#below(n);
      while (seen.has(j)) j = this.#below(n);
      seen.add(j);
      drawn.push(at(items, j));
    }
    return drawn;
  }

  /** `count` items with replacement, equally likely or by weight. The weights' sum must be positive and finite. */
  choices<Item>(
    items: readonly Item[],
    options: { readonly weights?: readonly number[]; readonly count?: number } = {},
  ): Item[] {
    const { weights, count = 1 } = options;
    const n = items.length;
    if (n === 0) throw invalid("at least one item to choose from", "none");
    if (!Number.isInteger(count) || count < 0) throw invalid("a count of 0 or more", String(count));
    if (weights === undefined) {
      return Array.from({ length: count }, () => at(items, Math.floor(this.random() * n)));
    }
    if (weights.length !== n) throw invalid(`${n} weights, one per item`, String(weights.length));
    let total = 0;
    const sums = weights.map((weight) => {
      total += weight;
      return total;
    });
    if (!(total > 0) || !Number.isFinite(total)) throw invalid("weights with a positive, finite sum", String(total));
    return Array.from({ length: count }, () => at(items, bisectRight(sums, this.random() * total, n - 1)));
  }

  /** CPython's `_randbelow`: redraws instead of taking a remainder, and draws for n = 1 too. */
  #below(n: number): number {
    const bits = bitLength(n);
    let drawn = this.getrandbits(bits);
    while (drawn >= n) drawn = this.getrandbits(bits);
    return drawn;
  }

  #seedByWord(seed: number): void {
    const state = this.#state;
    state[0] = seed;
    for (let i = 1; i < N; i++) {
      const previous = state[i - 1] ?? 0;
      state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
  }

  #seedByArray(key: readonly number[]): void {
    this.#seedByWord(19650218);
    const state = this.#state;
    let i = 1;
    let j = 0;
    for (let k = Math.max(N, key.length); k > 0; k--) {
      const previous = state[i - 1] ?? 0;
      state[i] = ((state[i] ?? 0) ^ Math.imul(previous ^ (previous >>> 30), 1664525)) + (key[j] ?? 0) + j;
      i++;
      j++;
      if (i >= N) {
        state[0] = state[N - 1] ?? 0;
        i = 1;
      }
      if (j >= key.length) j = 0;
    }
    for (let k = N - 1; k > 0; k--) {
      const previous = state[i - 1] ?? 0;
      state[i] = ((state[i] ?? 0) ^ Math.imul(previous ^ (previous >>> 30), 1566083941)) - i;
      i++;
      if (i >= N) {
        state[0] = state[N - 1] ?? 0;
        i = 1;
      }
    }
    state[0] = 0x80000000;
  }

  #word(): number {
    if (this.#index >= N) this.#refill();
    let y = this.#state[this.#index++] ?? 0;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  #refill(): void {
    const state = this.#state;
    for (let k = 0; k < N; k++) {
      const y = ((state[k] ?? 0) & 0x80000000) | ((state[(k + 1) % N] ?? 0) & 0x7fffffff);
      state[k] = (state[(k + M) % N] ?? 0) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#index = 0;
  }
}

/** The 32-bit words of |seed|, the low one first; zero is one word. */
function limbs(seed: bigint): number[] {
  let rest = seed < 0n ? -seed : seed;
  const words: number[] = [];
  do {
    words.push(Number(rest & 0xffffffffn));
    rest >>= 32n;
  } while (rest > 0n);
  return words;
}

function bitLength(n: number): number {
  return n < 4294967296 ? 32 - Math.clz32(n) : 64 - Math.clz32(Math.floor(n / 4294967296));
}

/** The least k with 4^k ≥ n, as CPython's `ceil(log(n, 4))`. */
function ceilLog4(n: number): number {
  let k = 0;
  for (let power = 1; power < n; power *= 4) k++;
  return k;
}

function bisectRight(sums: readonly number[], x: number, high: number): number {
  let low = 0;
  let top = high;
  while (low < top) {
    const middle = (low + top) >>> 1;
    if (x < (sums[middle] ?? 0)) top = middle;
    else low = middle + 1;
  }
  return low;
}

function at<Item>(items: readonly Item[], index: number): Item {
  // Every index comes from a draw below the length, or from a loop over it.
  return items[index] as Item;
}

function invalid(expected: string, found: string): BaseError {
  return new BaseError("RANDOM_ARGUMENT_INVALID", `Expected ${expected}, found ${found}.`, {
    details: { expected, found },
  });
}
