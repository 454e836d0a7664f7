import { describe, expect, it } from "vitest";
import { type Dataset, dataset, evaluateLocally } from "../../evaluate/index.ts";
import { categories, metric, program, tickets } from "../../examples/tickets/program.ts";
import { inContextLm } from "../../lm/index.ts";
import { bootstrapFewShotWithRandomSearch, labeledFewShot, localStudy } from "../../optimizers/index.ts";
import { type Example, type LmPort, type Module, Predict } from "../../programs/index.ts";
import { signatureFromText } from "../../programs/signature.ts";
import { Random } from "../../runtime/base/index.ts";

const [train, dev, test] = await Promise.all([tickets("train"), tickets("dev"), tickets("test")]);
const splits = { train, dev, test };
const learner = inContextLm();
const lm: LmPort = (request, { signal }) => learner.complete(request, { signal });
const CHANCE = 1 / categories.length;

const ticketOf = (example: Example) => String(example.fields.ticket);
const classOf = (example: Example) => String(example.fields.category);

/** The share of right answers. */
async function accuracy(candidate: Module, on: Dataset): Promise<number> {
  const report = await evaluateLocally(candidate, on, { metrics: metric, lm });
  expect(report.results.counts.failed).toBe(0);
  return report.results.score ?? Number.NaN;
}

/** What random search makes of `student`, as the demo does it but with fewer candidates. */
async function optimized(student: Module, trainset: Dataset, valset: Dataset): Promise<Module> {
  const optimizer = bootstrapFewShotWithRandomSearch({ maxLabeledDemos: 64, numCandidatePrograms: 6 });
  return (await optimizer.compile(localStudy({ student, trainset, valset, lm, metrics: metric }))).best;
}

/** The mean accuracy over draws of `count` labelled demonstrations. */
async function withLabeled(student: Module, count: number, trainset: Dataset, on: Dataset): Promise<number> {
  const shares: number[] = [];
  for (let seed = 0; seed < 5; seed++) {
    const drawn = dataset(shuffled(trainset.examples, seed), { inputs: ["ticket"] });
    const study = localStudy({ student, trainset: drawn, lm, metrics: metric });
    shares.push(await accuracy((await labeledFewShot({ k: count, sample: false }).compile(study)).best, on));
  }
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

/** The same tickets with their classes put in other words. */
function relabeled(source: Dataset, to: (category: string, index: number) => string): Dataset {
  const examples = source.examples.map((example, index) => ({
    ticket: ticketOf(example),
    category: to(classOf(example), index),
  }));
  return dataset(examples, { inputs: ["ticket"] });
}

describe("the tickets", () => {
  it("are enough, in eight classes, and each split has as many of each class", () => {
    const sizes = Object.values(splits).map((split) => split.examples.length);
    expect(sizes[0]).toBeGreaterThanOrEqual(160);
    expect(sizes[1]).toBeGreaterThanOrEqual(100);
    expect(sizes[2]).toBeGreaterThanOrEqual(140);
    for (const split of Object.values(splits)) {
      const counts = categories.map((category) => split.examples.filter((each) => classOf(each) === category).length);
      expect(new Set(counts)).toEqual(new Set([split.examples.length / categories.length]));
    }
  });

  it("share no ids and no more than 60 % of their word triples", () => {
    const all = Object.values(splits).flatMap((split) => split.examples);
    expect(new Set(Object.values(splits).flatMap((split) => split.exampleIds)).size).toBe(all.length);
    const triples = all.map((example) => wordTriples(ticketOf(example)));
    const pairs: string[] = [];
    triples.forEach((own, at) => {
      for (const [before, other] of triples.slice(0, at).entries()) {
        const shared = [...own].filter((triple) => other.has(triple)).length;
        if (shared > 0.6 * Math.min(own.size, other.size))
          pairs.push(`${all[at]?.fields.id} ${all[before]?.fields.id}`);
      }
    });
    expect(pairs).toEqual([]);
  });

  it("are of many lengths", () => {
    const lengths = Object.values(splits).flatMap((split) =>
      split.examples.map((each) => ticketOf(each).split(/\s+/).length),
    );
    expect(lengths.filter((length) => length <= 8).length).toBeGreaterThan(20);
    expect(lengths.filter((length) => length >= 60).length).toBeGreaterThan(10);
  });
});

describe("the demo", () => {
  it("starts above chance and ends well above its start, on tickets that took no part in the search", async () => {
    const before = await accuracy(program, test);
    const after = await accuracy(await optimized(program, train, dev), test);
    expect(before).toBeGreaterThan(1.5 * CHANCE);
    expect(after - before).toBeGreaterThan(0.08);
  }, 60_000);

  it("gains nothing from demonstrations whose labels are shuffled", async () => {
    const before = await accuracy(program, test);
    const labels = shuffled(train.examples.map(classOf), 1);
    const mislabeled = relabeled(train, (_, index) => labels[index] ?? "");
    expect(await withLabeled(program, 64, mislabeled, test)).toBeLessThan(before);
    expect(await accuracy(await optimized(program, mislabeled, dev), test)).toBeLessThan(before + 0.04);
  }, 60_000);

  it("still gains where the classes are called c1 to c8 and nothing is said of them", async () => {
    const code = (category: string) => `c${1 + categories.map(String).indexOf(category)}`;
    const [codedTrain, codedDev, codedTest] = [train, dev, test].map((split) => relabeled(split, code));
    if (codedTrain === undefined || codedDev === undefined || codedTest === undefined)
      throw new Error("three splits expected");
    const names = categories.map((category) => `'${code(category)}'`).join(", ");
    const bare = new Predict(signatureFromText(`ticket: str -> category: Literal[${names}]`).withInstructions(""));
    const before = await accuracy(bare, codedTest);
    const after = await accuracy(await optimized(bare, codedTrain, codedDev), codedTest);
    expect(before).toBeCloseTo(CHANCE, 5);
    expect(after).toBeGreaterThan(2 * CHANCE);
  }, 60_000);

  it("gets better the more demonstrations it has", async () => {
    const shares: number[] = [];
    for (const count of [8, 48, 160]) shares.push(await withLabeled(program, count, train, dev));
    expect(shares[1]).toBeGreaterThan((shares[0] ?? 1) + 0.03);
    expect(shares[2]).toBeGreaterThan((shares[1] ?? 1) + 0.03);
  }, 60_000);
});

function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  return new Random(seed).sample([...items], items.length);
}

function wordTriples(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[a-z0-9']+/g) ?? [];
  const triples = words.slice(2).map((word, at) => `${words[at]} ${words[at + 1]} ${word}`);
  return new Set(triples.length === 0 ? [words.join(" ")] : triples);
}
