import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  chainOfThought,
  createRuntime,
  dataset,
  enumOf,
  example,
  predict,
  prepareProgram,
  program,
  pythonOptimizer,
  type Runtime,
  scoreWithFeedback,
  signature,
} from "../../index.ts";
import { scriptedLm } from "../../testing/index.ts";
import { bringDspy, python as interpreter } from "./python-dspy.ts";

const Team = enumOf({ BILLING: "billing", TECH: "tech" });
const triage = program(
  {
    think: chainOfThought("ticket -> summary, weight: float"),
    route: predict(signature("summary, weight: float -> team: Team", { types: { Team } })),
  },
  async ({ ticket }: { readonly ticket: string }, { think, route }) => {
    const { summary, weight } = await think({ ticket });
    return { team: (await route({ summary, weight })).team, weight };
  },
);
const tickets = dataset(
  Array.from({ length: 6 }, (_, index) => example({ ticket: `t${index}`, team: "billing" }).withInputs("ticket")),
);
const values: Readonly<Record<string, string>> = { weight: "2" };

describe("values in a search of Python's", () => {
  const written: string[] = [];
  const lm = scriptedLm(({ messages }) => {
    const last = String(messages.at(-1)?.content);
    const fields = [...last.matchAll(/`\[\[ ## (\w+) ## \]\]`/g)].map(([, field = ""]) => field);
    const asked = fields.filter((field) => field !== "completed");
    if (asked.length === 0) {
      written.push(last);
      return "```\nSend bills to billing.\n```";
    }
    const team = String(messages[0]?.content).includes("Send bills") ? "billing" : "tech";
    const texts = asked.map(
      (field) => `[[ ## ${field} ## ]]\n${values[field] ?? (field === "team" ? team : `a ${field}`)}`,
    );
    return `${texts.join("\n\n")}\n\n[[ ## completed ## ]]`;
  });
  let runtime: Runtime;
  beforeAll(async () => {
    bringDspy();
    runtime = await createRuntime({ lm, python: { interpreter, pools: { general: { size: 1 } } } });
  });
  afterAll(() => runtime.stop());

  it("keep their types, and a metric's words reach the model that writes instructions", async () => {
    const weights: unknown[] = [];
    const { best, bestScore } = await runtime.optimize(triage, {
      optimizer: pythonOptimizer("dspy.GEPA", { max_metric_calls: 40 }),
      trainset: tickets,
      metric: ({ fields }, { team, weight }) => {
        weights.push(weight);
        return scoreWithFeedback(team === fields["team"] ? 1 : 0, `It was for ${fields["team"]}.`);
      },
    });
    expect(new Set(weights)).toEqual(new Set([2]));
    expect(written[0]).toContain("It was for billing.");
    // Python shows a float as one.
    expect(written.join("\n")).toContain("2.0");
    expect(bestScore).toBe(1);
    const instructions = prepareProgram(best).predictors.map(({ predictor }) => predictor.signature.instructions);
    expect(instructions).toContain("Send bills to billing.");
  });

  it("come back in demonstrations as they are on this side", async () => {
    const { best } = await runtime.optimize(triage, {
      optimizer: pythonOptimizer("dspy.BootstrapFewShot", { max_bootstrapped_demos: 1, max_labeled_demos: 0 }),
      trainset: tickets,
      metric: () => 1,
    });
    expect(prepareProgram(best).predictors.map(({ path, predictor }) => [path, predictor.demos])).toEqual([
      ["think.predict", [{ augmented: true, ticket: "t0", reasoning: "a reasoning", summary: "a summary", weight: 2 }]],
      ["route", [{ augmented: true, summary: "a summary", weight: 2, team: "tech" }]],
    ]);
  });
});
