import { describe, expect, it } from "vitest";
import { type Dataset, dataset, type EvaluationReport, evaluateLocally } from "../../evaluate/index.ts";
import { categories, metric, program, tickets } from "../../examples/tickets/program.ts";
import { pairedGain, scoresOf } from "../../examples/tickets/summary.ts";
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

/** What `candidate` comes to on `on`. */
async function measured(candidate: Module, on: Dataset): Promise<EvaluationReport> {
  const report = await evaluateLocally(candidate, on, { metrics: metric, lm });
  expect(report.results.counts.failed).toBe(0);
  return report;
}

/** The lower end of the 95 % interval of the share of right answers. */
function leastAccuracy({ results }: EvaluationReport): number {
  return results.metrics[0]?.interval?.low ?? Number.NaN;
}

/** The 95 % interval of the gain over the same tickets. */
function gain(before: EvaluationReport, after: EvaluationReport): { low: number; high: number } {
  return pairedGain(scoresOf(before), scoresOf(after)) ?? { low: Number.NaN, high: Number.NaN };
}

/** What random search makes of `student`, as the demo does it but with fewer candidates. */
async function optimized(student: Module, trainset: Dataset, valset: Dataset): Promise<Module> {
  const optimizer = bootstrapFewShotWithRandomSearch({ maxLabeledDemos: 64, numCandidatePrograms: 6 });
  return (await optimizer.compile(localStudy({ student, trainset, valset, lm, metrics: metric }))).best;
}

/** What five draws of `count` labelled demonstrations come to. */
async function withLabeled(count: number, trainset: Dataset, on: Dataset): Promise<readonly EvaluationReport[]> {
  const reports: EvaluationReport[] = [];
  for (let seed = 0; seed < 5; seed++) {
    const drawn = dataset(shuffled(trainset.examples, seed), { inputs: ["ticket"] });
    const study = localStudy({ student: program, trainset: drawn, lm, metrics: metric });
    reports.push(await measured((await labeledFewShot({ k: count, sample: false }).compile(study)).best, on));
  }
  return reports;
}

function meanAccuracy(reports: readonly EvaluationReport[]): number {
  return reports.reduce((sum, { results }) => sum + (results.score ?? Number.NaN), 0) / reports.length;
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
    expect(sizes).toEqual([280, 152, 200]);
    for (const split of Object.values(splits)) {
      const counts = categories.map((category) => split.examples.filter((each) => classOf(each) === category).length);
      expect(new Set(counts)).toEqual(new Set([split.examples.length / categories.length]));
    }
  });

  it("share no ids and no more than half of their word triples", () => {
    const all = Object.values(splits).flatMap((split) => split.examples);
    expect(new Set(Object.values(splits).flatMap((split) => split.exampleIds)).size).toBe(all.length);
    const triples = all.map((example) => wordTriples(ticketOf(example)));
    const pairs: string[] = [];
    triples.forEach((own, at) => {
      for (const [before, other] of triples.slice(0, at).entries()) {
        const shared = [...own].filter((triple) => other.has(triple)).length;
        if (shared > 0.5 * Math.min(own.size, other.size))
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
  it("starts above chance and ends well above its start, on the untouched split", async () => {
    const before = await measured(program, test);
    const after = await measured(await optimized(program, train, dev), test);
    expect(leastAccuracy(before)).toBeGreaterThan(CHANCE);
    expect(gain(before, after).low).toBeGreaterThan(0);
  }, 180_000);

  it("gains nothing from demonstrations whose labels are shuffled, while right ones help in every draw", async () => {
    const before = await measured(program, test);
    const labels = shuffled(train.examples.map(classOf), 1);
    const mislabeled = relabeled(train, (_, index) => labels[index] ?? "");
    const searched = await measured(await optimized(program, mislabeled, dev), test);
    for (const after of [searched, ...(await withLabeled(64, mislabeled, test))]) {
      expect(gain(before, after).low).toBeLessThanOrEqual(0);
    }
    for (const after of await withLabeled(64, train, test)) expect(gain(before, after).low).toBeGreaterThan(0);
  }, 180_000);

  it("still gains where the classes are called c1 to c8 and nothing is said of them", async () => {
    const code = (category: string) => `c${1 + categories.map(String).indexOf(category)}`;
    const [codedTrain, codedDev, codedTest] = [train, dev, test].map((split) => relabeled(split, code));
    if (codedTrain === undefined || codedDev === undefined || codedTest === undefined)
      throw new Error("three splits expected");
    const names = categories.map((category) => `'${code(category)}'`).join(", ");
    const bare = new Predict(signatureFromText(`ticket: str -> category: Literal[${names}]`).withInstructions(""));
    const before = await measured(bare, codedTest);
    const after = await measured(await optimized(bare, codedTrain, codedDev), codedTest);
    expect(before.results.score).toBeCloseTo(CHANCE, 5);
    expect(leastAccuracy(after)).toBeGreaterThan(CHANCE);
    expect(gain(before, after).low).toBeGreaterThan(0);
  }, 180_000);

  it("gets better the more demonstrations it has", async () => {
    const shares: number[] = [];
    for (const count of [8, 48, 160]) shares.push(meanAccuracy(await withLabeled(count, train, dev)));
    expect(shares[1]).toBeGreaterThan((shares[0] ?? 1) + 0.03);
    expect(shares[2]).toBeGreaterThan((shares[1] ?? 1) + 0.03);
  }, 180_000);
});

function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  return new Random(seed).sample([...items], items.length);
}

function wordTriples(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[a-z0-9']+/g) ?? [];
  const triples = words.slice(2).map((word, at) => `${words[at]} ${words[at + 1]} ${word}`);
  return new Set(triples.length === 0 ? [words.join(" ")] : triples);
}
