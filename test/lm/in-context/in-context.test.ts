import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inContextLm, type LmRequest, requestIdentity } from "../../../lm/index.ts";
import { type Ask, ask } from "./ask.ts";

const signal = new AbortController().signal;
const ROUTE = "message: str -> team: Literal['kitchen', 'garden', 'garage']";
const demos = [
  { message: "The oven smokes and the soup is cold", team: "kitchen" },
  { message: "Pans and spoons are all over the counter", team: "kitchen" },
  { message: "The roses have lice and the lawn is yellow", team: "garden" },
  { message: "Somebody has to mow the lawn and water the hedge", team: "garden" },
  { message: "A flat tyre, and the brakes squeal", team: "garage" },
  { message: "The engine won't start and oil drips on the floor", team: "garage" },
];

describe("inContextLm", () => {
  it("answers as the nearest demonstrations did", async () => {
    expect(await ask(ROUTE, { message: "lice on the hedge" }, { demos })).toEqual({ team: "garden" });
    expect(await ask(ROUTE, { message: "brakes and engine are noisy" }, { demos })).toEqual({ team: "garage" });
    expect(await ask(ROUTE, { message: "who put the cold soup in the oven" }, { demos })).toEqual({ team: "kitchen" });
  });

  it("follows wrong demonstrations just as willingly", async () => {
    const turned = demos.map((demo) => ({ ...demo, team: demo.team === "garden" ? "garage" : "garden" }));
    expect(await ask(ROUTE, { message: "lice on the hedge" }, { demos: turned })).toEqual({ team: "garage" });
  });

  it("goes by the names of the choices where there are no demonstrations", async () => {
    expect(await ask(ROUTE, { message: "I left my coat in the gardens" })).toEqual({ team: "garden" });
    expect(await ask(ROUTE, { message: "The garage door is stuck" })).toEqual({ team: "garage" });
  });

  it("goes by what the instructions say of the choices", async () => {
    const instructions =
      "Who should come?\nkitchen: food, plates, cooking\ngarden: plants, soil\ngarage: cars, tyres, oil";
    expect(await ask(ROUTE, { message: "my plants are sad" }, { instructions })).toEqual({ team: "garden" });
    expect(await ask(ROUTE, { message: "the tyre is flat" }, { instructions })).toEqual({ team: "garage" });
    const turned = instructions.replace("plants, soil", "cars, tyres").replace("cars, tyres, oil", "plants, soil");
    expect(await ask(ROUTE, { message: "my plants are sad" }, { instructions: turned })).toEqual({ team: "garage" });
  });

  it("ignores the names where the prior weighs nothing", async () => {
    const message = "kitchen kitchen lawn";
    expect(await ask(ROUTE, { message }, { demos, priorWeight: 0 })).toEqual({ team: "garden" });
    expect(await ask(ROUTE, { message }, { demos, priorWeight: 100 })).toEqual({ team: "kitchen" });
  });

  it("gives every field a value of its type, with and without demonstrations", async () => {
    const signature =
      "text: str -> label: Literal['a', \"it's\"], sure: bool, count: int, share: float, tags: list[str], maybe: Optional[int], scores: dict[str, int], note: str";
    const shown = {
      label: "it's",
      sure: true,
      count: 4,
      share: 0.25,
      tags: ["x"],
      maybe: null,
      scores: { k: 2 },
      note: "n",
    };
    const bare = await ask(signature, { text: "Some text. More of it." });
    expect(bare).toEqual({
      label: "a",
      sure: false,
      count: 0,
      share: 0.5,
      tags: [],
      maybe: null,
      scores: {},
      note: expect.any(String),
    });
    expect(await ask(signature, { text: "same" }, { demos: [{ text: "same", ...shown }] })).toEqual(shown);
  });

  it("always writes what parses, whatever types are asked for and whatever stands in the question", async () => {
    const types = [
      "str",
      "bool",
      "int",
      "float",
      "list[str]",
      "dict[str, int]",
      "Optional[int]",
      "Literal['x', 'y z']",
    ];
    const texts = fc.oneof(
      fc.string(),
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("[[ ## a ## ]]\nx", "x\n\n]]", "12,5", ""),
    );
    const values = { str: "v", bool: true, int: 3, float: 0.5, "list[str]": ["v"], "dict[str, int]": { k: 1 } };
    await fc.assert(
      fc.asyncProperty(fc.subarray(types, { minLength: 1 }), texts, texts, async (chosen, text, shown) => {
        const signature = `text: str -> ${chosen.map((type, at) => `f${at}: ${type}`).join(", ")}`;
        const demo = Object.fromEntries(
          chosen.map((type, at) => [`f${at}`, values[type as keyof typeof values] ?? null]),
        );
        for (const demos of [[], [{ text: shown, ...demo }]]) {
          const outputs = await ask(signature, { text }, { demos });
          expect(Object.keys(outputs)).toEqual(chosen.map((_, at) => `f${at}`));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("interpolates numbers between near demonstrations", async () => {
    const signature = "room: str -> price: float";
    const priced = [
      { room: "small room without window", price: 40 },
      { room: "small room with balcony", price: 60 },
      { room: "royal suite", price: 900 },
    ];
    const { price } = await ask(signature, { room: "small room" }, { demos: priced });
    expect(price).toBeGreaterThan(39);
    expect(price).toBeLessThan(61);
  });

  it("takes free text out of the longest input, or says that it cannot know", async () => {
    const context = "Tea grows in Assam. Dubliners was written by Joyce. Rain is wet.";
    expect(
      await ask("context: str, question: str -> answer: str", { context, question: "Who wrote Dubliners?" }),
    ).toEqual({
      answer: "Dubliners was written by Joyce.",
    });
    const { answer } = await ask("question: str -> answer: str", { question: "Who wrote Dubliners?" });
    expect(answer).toContain("not a language model");
  });

  it("names the demonstration it went by as its reasoning", async () => {
    const signature = ROUTE.replace("->", "-> reasoning: str,");
    const { reasoning, team } = await ask(signature, { message: "lice on the hedge" }, { demos });
    expect(team).toBe("garden");
    expect(reasoning).toContain("water the hedge");
    expect(reasoning).toContain("6 demonstrations");
  });

  it("answers the same request with the same text and no other", async () => {
    const about: Ask = { demos, options: { temperature: 1 }, rolloutId: 3 };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => ask(ROUTE, { message: "brakes on the lawn" }, about)),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  it("samples among near ties when hot, and never when cold", async () => {
    const teams = async (options: object) => {
      const asked = Array.from({ length: 40 }, (_, rolloutId) =>
        ask(ROUTE, { message: "brakes on the lawn" }, { demos, options, rolloutId }),
      );
      return new Set((await Promise.all(asked)).map((answer) => answer.team));
    };
    expect((await teams({ temperature: 1 })).size).toBeGreaterThan(1);
    expect((await teams({ temperature: 1 })).has("kitchen")).toBe(false);
    expect((await teams({ temperature: 0 })).size).toBe(1);
    expect((await teams({})).size).toBe(1);
  });

  it("keeps a clear answer whatever the temperature", async () => {
    for (let rolloutId = 0; rolloutId < 20; rolloutId++) {
      const about: Ask = { demos, options: { temperature: 1 }, rolloutId };
      expect(await ask(ROUTE, { message: "The roses have lice and the lawn is yellow" }, about)).toEqual({
        team: "garden",
      });
    }
  });

  const request: LmRequest = {
    messages: [
      {
        role: "system",
        content:
          "Your input fields are:\n1. `q` (str):\nYour output fields are:\n1. `a` (bool):\nAll interactions will be structured in the following way, with the appropriate values filled in.\n\n" +
          "[[ ## q ## ]]\n{q}\n\n[[ ## a ## ]]\n{a}        # note: the value you produce must be True or False\n\n[[ ## completed ## ]]\n" +
          "In adhering to this structure, your objective is: \n        Say.",
      },
      {
        role: "user",
        content:
          "[[ ## q ## ]]\nx\n\nRespond with the corresponding output fields, starting with the field `[[ ## a ## ]]`.",
      },
    ],
    options: { n: 3 },
  };

  it("gives as many completions as asked for, with usage, in the answer format", async () => {
    const response = await inContextLm().complete(request, { signal });
    expect(response.completions).toHaveLength(3);
    expect(response.completions[0]).toEqual({
      text: "[[ ## a ## ]]\nFalse\n\n[[ ## completed ## ]]",
      finishReason: "stop",
    });
    expect(response.model).toBe("local/in-context");
    expect(response.usage?.inputTokens).toBeGreaterThan(50);
    expect(response.usage?.outputTokens).toBeGreaterThan(5);
  });

  it("has an identity that its options change", () => {
    const identities = [inContextLm(), inContextLm({ priorWeight: 16 }), inContextLm({ priorWeight: 2 })].map((lm) =>
      requestIdentity(lm, request),
    );
    expect(identities[0]).toBe(identities[1]);
    expect(identities[0]).not.toBe(identities[2]);
  });

  it("refuses prompts that it cannot read", async () => {
    const messages = [{ role: "user", content: "Tell me a joke" }] as const;
    await expect(inContextLm().complete({ messages, options: {} }, { signal })).rejects.toMatchObject({
      code: "LM_PROMPT_UNREADABLE",
      retryable: false,
    });
  });

  it("rejects with the reason of an aborted signal", async () => {
    const reason = new Error("enough");
    await expect(inContextLm().complete(request, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it("refuses a prior weight that is no weight", () => {
    expect(() => inContextLm({ priorWeight: -1 })).toThrow(expect.objectContaining({ code: "LM_OPTION_INVALID" }));
    expect(() => inContextLm({ priorWeight: Number.NaN })).toThrow(
      expect.objectContaining({ code: "LM_OPTION_INVALID" }),
    );
  });
});
