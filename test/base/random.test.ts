import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../runtime/base/index.ts";

interface Recorded {
  shuffle10: number[];
  sample_10_4: number[];
  randint_1_4: number[];
  random: number[];
  choices: number[];
  sample_100_5: number[];
  choice: string[];
  randrange: number[];
}
const misc = JSON.parse(readFileSync(new URL("../fixtures/dspy-3.3.1/misc.json", import.meta.url), "utf8")) as Record<
  string,
  Recorded
>;
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const times = <T>(n: number, draw: () => T) => Array.from({ length: n }, draw);

describe("Random", () => {
  for (const seed of [0, 1, 9]) {
    it(`draws what CPython draws with seed ${seed}`, () => {
      const recorded = misc[`rng${seed}`];
      const fresh = () => new Random(seed);
      const shuffled = range(10);
      fresh().shuffle(shuffled);
      const ints = fresh();
      const floats = fresh();
      expect({
        shuffle10: shuffled,
        sample_10_4: fresh().sample(range(10), 4),
        randint_1_4: times(5, () => ints.randint(1, 4)),
        random: times(3, () => floats.random()),
        choices: fresh().choices([0, 1, 2], { weights: [0.2, 0.3, 0.5], count: 5 }),
        sample_100_5: fresh().sample(range(100), 5),
        choice: [fresh().choice([..."abcdef"])],
        randrange: [fresh().randrange(7)],
      }).toEqual(recorded);
    });
  }

  // random(), getrandbits(5), (32), (40), (53), randrange(10**12), randint(-3, 3), choice([1]), random() of CPython 3.11.
  const streams: [number | bigint, number[]][] = [
    [0, [0.8444218515250481, 24, 3823568514, 44756014165, 8696133065399866, 534771852898, 0, 1, 0.9677999949201714]],
    [-5, [0.6229016948897019, 23, 1539898300, 759329574455, 7579659252558826, 716142411305, 1, 1, 0.8403481205226678]],
    [
      4294967296,
      [0.11299430095636409, 13, 4014597330, 21546460955, 7891146040264457, 840978850304, -1, 1, 0.013998308316504615],
    ],
    [
      9007199254740993n,
      [0.35215327374545125, 10, 2377310546, 430004400085, 3604783826085363, 413047548933, -2, 1, 0.9407515869909567],
    ],
    [
      123456789012345678901234567890n,
      [0.7275084571578186, 5, 3525393358, 575576351861, 8604018946398725, 819832117612, 1, 1, 0.24502411012600578],
    ],
  ];
  for (const [seed, expected] of streams) {
    it(`keeps CPython's stream through mixed draws with seed ${seed}`, () => {
      const r = new Random(seed);
      expect([
        r.random(),
        r.getrandbits(5),
        r.getrandbits(32),
        r.getrandbits(40),
        r.getrandbits(53),
        r.randrange(10 ** 12),
        r.randint(-3, 3),
        r.choice([1]),
        r.random(),
      ]).toEqual(expected);
    });
  }

  it("samples from a pool or from seen positions where CPython does", () => {
    const r = new Random(7);
    expect(r.sample(range(1000), 30)).toEqual([
      331, 970, 154, 404, 666, 49, 74, 840, 548, 96, 374, 596, 59, 931, 519, 219, 38, 88, 444, 428, 71, 246, 92, 564,
      434, 60, 846, 579, 126, 228,
    ]);
    expect(r.choices([1, 2, 3], { count: 6 })).toEqual([2, 2, 1, 2, 1, 1]);
    expect(r.sample(range(85), 6)).toEqual([71, 17, 37, 53, 18, 69]);
    expect(r.sample(range(86), 6)).toEqual([15, 73, 39, 71, 23, 13]);
  });

  it("shuffles into a permutation, and the same one for the same seed", () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.integer()), (seed, items) => {
        const first = [...items];
        const second = [...items];
        new Random(seed).shuffle(first);
        new Random(seed).shuffle(second);
        expect(second).toEqual(first);
        expect([...first].sort((a, b) => a - b)).toEqual([...items].sort((a, b) => a - b));
      }),
    );
  });

  it("samples positions without repeating one", () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(300), fc.nat(300), (seed, a, b) => {
        const [count, n] = a < b ? [a, b] : [b, a];
        expect(new Set(new Random(seed).sample(range(n), count)).size).toBe(count);
      }),
    );
  });

  it("draws integers within their bounds", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -1e9, max: 1e9 }), fc.nat(1e9), (seed, low, width) => {
        const drawn = new Random(seed).randint(low, low + width);
        expect(drawn).toBeGreaterThanOrEqual(low);
        expect(drawn).toBeLessThanOrEqual(low + width);
      }),
    );
  });

  it("never draws an item of weight 0 that is not the last", () => {
    expect(new Set(new Random(3).choices(["a", "b", "c"], { weights: [0, 1, 0], count: 200 }))).toEqual(new Set(["b"]));
  });

  it.each([
    ["a seed that is no integer", () => new Random(1.5)],
    ["too many bits", () => new Random(0).getrandbits(54)],
    ["an empty range", () => new Random(0).randrange(0)],
    ["a range turned round", () => new Random(0).randint(3, 1)],
    ["a choice from nothing", () => new Random(0).choice([])],
    ["a sample larger than the population", () => new Random(0).sample([1, 2], 3)],
    ["weights that are too few", () => new Random(0).choices([1, 2], { weights: [1] })],
    ["weights without a sum", () => new Random(0).choices([1, 2], { weights: [0, 0] })],
  ])("refuses %s", (_, draw) => {
    expect(draw).toThrow(expect.objectContaining({ code: "RANDOM_ARGUMENT_INVALID" }));
  });
});
