import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { collectDataset, dataset, sampleDataset, splitDataset, withDatasetInputs } from "../../evaluate/index.ts";
import { example } from "../../programs/index.ts";

const rows = (n: number) => Array.from({ length: n }, (_, i) => ({ question: `q${i}`, answer: `a${i % 3}` }));
const make = (n: number) => dataset(rows(n), { inputs: ["question"] });
const code = (expected: string) => expect.objectContaining({ code: expected });

describe("dataset", () => {
  it("names examples by position and content", () => {
    const { exampleIds } = make(3);
    expect(exampleIds.every((id, index) => new RegExp(`^${index}-[0-9a-f]{8}$`).test(id))).toBe(true);
    expect(make(3)).toEqual(make(3));
  });

  it("hashes content, order and inputs", () => {
    const turned = dataset(rows(3).reverse(), { inputs: ["question"] });
    const swapped = dataset(rows(3), { inputs: ["answer"] });
    const hashes = [make(3), make(4), turned, swapped].map(({ hash }) => hash);
    expect(new Set(hashes).size).toBe(4);
  });

  it("does not depend on the order of fields", () => {
    const turned = rows(3).map(({ question, answer }) => ({ answer, question }));
    expect(dataset(turned, { inputs: ["question"] }).hash).toBe(make(3).hash);
  });

  it("takes the caller's content id for its hash", () => {
    expect(dataset(rows(2), { inputs: ["question"], contentId: "tickets v3" }).hash).toBe("tickets v3");
  });

  it("takes ids from a list or a field", () => {
    const options = { inputs: ["question"] };
    expect(dataset(rows(2), { ...options, ids: ["x", "y"] }).exampleIds).toEqual(["x", "y"]);
    expect(dataset(rows(2), { ...options, ids: "question" }).exampleIds).toEqual(["q0", "q1"]);
  });

  it("keeps the inputs that examples came with", () => {
    const { examples } = dataset([example({ a: 1, b: 2 }).withInputs("a")]);
    expect(examples[0]?.inputs()).toEqual({ a: 1 });
  });

  it("refuses to be empty", () => {
    expect(() => dataset([], { name: "dev" })).toThrow(code("EVALUATION_DATASET_EMPTY"));
  });

  it.each([
    ["ids that repeat", () => dataset(rows(2), { inputs: ["question"], ids: ["x", "x"] }), /"x" at 0 and 1/],
    ["too few ids", () => dataset(rows(2), { inputs: ["question"], ids: ["x"] }), /2 ids/],
    ["an id field that repeats", () => dataset(rows(4), { inputs: ["question"], ids: "answer" }), /"a0" at 0 and 3/],
    ["an id field that is not there", () => dataset(rows(1), { inputs: ["question"], ids: "id" }), /"id" of example 0/],
    ["an input no example has", () => dataset(rows(1), { inputs: ["qestion"] }), /did you mean "question"/],
    ["examples that do not say their inputs", () => dataset(rows(1)), /inputs: \[…\]/],
    ["content that is no JSON", () => dataset([{ a: Number.NaN }], { inputs: ["a"] }), /example 0 cannot be kept/],
  ])("refuses %s", (_, build, words) => {
    expect(build).toThrow(code("EVALUATION_DATASET_INVALID"));
    expect(build).toThrow(words);
  });
});

describe("collectDataset", () => {
  it("reads a source once", async () => {
    async function* source() {
      yield* rows(2);
    }
    const collected = await collectDataset(source(), { inputs: ["question"], contentId: "stream 7" });
    expect(collected.examples).toHaveLength(2);
    expect(collected.hash).toBe("stream 7");
  });
});

describe("withDatasetInputs", () => {
  it("changes inputs and hash, and keeps ids", () => {
    const before = make(2);
    const after = withDatasetInputs(before, "answer");
    expect(after.exampleIds).toEqual(before.exampleIds);
    expect(after.examples[0]?.inputs()).toEqual({ answer: "a0" });
    expect(after.hash).not.toBe(before.hash);
  });
});

describe("splitDataset", () => {
  it("cuts into parts that share nothing and keep the order", () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 60 }), fc.nat(1000), (n, seed) => {
        const whole = make(n);
        const { train, dev, test } = splitDataset(whole, { train: 0.6, dev: 0.2, test: 0.2 }, seed);
        const ids = [train, dev, test].flatMap(({ exampleIds }) => exampleIds);
        expect(ids.length).toBe(n);
        expect(new Set(ids)).toEqual(new Set(whole.exampleIds));
        expect(Math.abs(train.examples.length - 0.6 * n)).toBeLessThanOrEqual(1);
        const places = train.exampleIds.map((id) => whole.exampleIds.indexOf(id));
        expect(places).toEqual([...places].sort((a, b) => a - b));
      }),
      { numRuns: 30 },
    );
  });

  it("does not depend on the order of the source", () => {
    const forth = splitDataset(make(20), { train: 0.5, test: 0.5 }, 1);
    const back = splitDataset(dataset(rows(20).reverse(), { inputs: ["question"] }), { train: 0.5, test: 0.5 }, 1);
    const texts = (part: typeof forth.train) => part.examples.map(({ fields }) => String(fields.question)).sort();
    expect(texts(back.train)).toEqual(texts(forth.train));
  });

  it("cuts otherwise for another seed", () => {
    const ids = (seed: number) => splitDataset(make(40), { a: 0.5 }, seed).a.exampleIds;
    expect(ids(1)).toEqual(ids(1));
    expect(ids(1)).not.toEqual(ids(2));
  });

  it("refuses ratios over 1, ratios of nothing, and empty parts", () => {
    expect(() => splitDataset(make(4), { a: 0.9, b: 0.2 })).toThrow(code("EVALUATION_DATASET_INVALID"));
    expect(() => splitDataset(make(4), { a: 0 })).toThrow(code("EVALUATION_DATASET_INVALID"));
    expect(() => splitDataset(make(2), { a: 0.9, b: 0.1 })).toThrow(code("EVALUATION_DATASET_EMPTY"));
  });
});

describe("sampleDataset", () => {
  it("takes that many, in the order of the source, the same for the same seed", () => {
    const whole = make(30);
    const { exampleIds } = sampleDataset(whole, 7, 3);
    expect(exampleIds).toHaveLength(7);
    expect(sampleDataset(whole, 7, 3).exampleIds).toEqual(exampleIds);
    expect(sampleDataset(whole, 7, 4).exampleIds).not.toEqual(exampleIds);
    expect(whole.exampleIds.filter((id) => exampleIds.includes(id))).toEqual(exampleIds);
  });

  it("takes all where there are fewer, and refuses a count that is none", () => {
    expect(sampleDataset(make(3), 10).examples).toHaveLength(3);
    expect(() => sampleDataset(make(3), 0)).toThrow(code("EVALUATION_DATASET_INVALID"));
  });
});
