import { describe, expect, expectTypeOf, it } from "vitest";
import {
  chainOfThought,
  chatOnlyAdapter,
  enumOf,
  model,
  type Predict,
  predict,
  type Signature,
  type StandardSchema,
  signature,
  signatureOf,
} from "../../programs/index.ts";
import { day, email, plainSchema, range } from "./plain-schema.ts";
import { run, scripted } from "./scripted-program.ts";

async function answered(predictor: Predict, inputs: object, answer: string): Promise<unknown> {
  return run(predictor, inputs, scripted([answer]), { settings: { adapter: chatOnlyAdapter } });
}

const chat = (values: Record<string, string>): string =>
  Object.entries(values)
    .map(([name, value]) => `[[ ## ${name} ## ]]\n${value}`)
    .join("\n\n");

describe("signatureOf", () => {
  it("makes of type texts what a string makes", () => {
    const made = signatureOf({
      inputs: { question: "str", n: { type: "int", default: 3, desc: "how many" } },
      outputs: { answers: "list[str]", sure: { type: "float", constraints: { ge: 0, le: 1 } } },
      instructions: "Answer.",
    });
    const same = signature("question: str, n: int -> answers: list[str], sure: float", {
      instructions: "Answer.",
      fields: { n: { default: 3, desc: "how many" }, sure: { constraints: { ge: 0, le: 1 } } },
    });
    expect(made).toEqual(same);
    expectTypeOf(made).toEqualTypeOf<
      Signature<{ question: string; n?: number }, { answers: string[]; sure: number }>
    >();
  });

  it("names declared types", () => {
    const made = signatureOf({
      inputs: { text: "str" },
      outputs: { mood: "Mood", who: "Optional[Person]" },
      types: { Mood: enumOf(["good", "bad"]), Person: model({ name: "str" }) },
    });
    expect(made.toString()).toBe("text: str -> mood: Mood, who: Union[Person, NoneType]");
    expectTypeOf(made).toEqualTypeOf<
      Signature<{ text: string }, { mood: "good" | "bad"; who: { name: string } | null }>
    >();
  });

  it("refuses a misspelt type at compile time and at run time", () => {
    const made = (): unknown =>
      signatureOf({
        inputs: { q: "str" },
        // @ts-expect-error: 'strr' is not a type; did you mean str?
        outputs: { a: "strr" },
      });
    expect(made).toThrow("did you mean `str`?");
  });

  it.each([
    [{ inputs: { a: "str" }, outputs: {} }, "it has no output"],
    [{ inputs: { a: "str" }, outputs: { a: "str" } }, "`a` is on both sides"],
    [{ inputs: { "a b": "str" }, outputs: { c: "str" } }, "expected letters, digits and '_' only"],
    [{ inputs: { a: "str" }, outputs: day }, "the outputs' schema (plain) does not say its fields"],
    [{ inputs: { a: "str" }, outputs: { b: { constraints: { pattern: "(" } } } }, "no regular expression"],
  ])("refuses %j", (parts, problem) => {
    expect(() => signatureOf(parts as never)).toThrow(
      expect.objectContaining({ code: "SIGNATURE_INVALID", message: expect.stringContaining(problem) }),
    );
  });

  it("takes any Standard Schema for a field: its JSON Schema into the prompt, its check over the answer", async () => {
    const made = predict(signatureOf({ inputs: { text: "str" }, outputs: { sender: email, on: day } }));
    expectTypeOf(made.forward).returns.resolves.toEqualTypeOf<{ sender: string; on: Date }>();
    expect(made.signature.outputs[0]).toMatchObject({ desc: "who asked", constraintsText: "in the format: email" });
    expect(await answered(made, { text: "x" }, chat({ sender: "A@B.c", on: "2024-01-02" }))).toEqual({
      sender: "a@b.c",
      on: new Date("2024-01-02"),
    });
    await expect(answered(made, { text: "x" }, chat({ sender: "nobody", on: "2024-01-02" }))).rejects.toMatchObject({
      code: "PROGRAM_PARSE_FAILED",
      details: { failures: [{ field: "sender", reason: "Invalid email address" }] },
    });
  });

  it("holds inputs against their schema and shows what it makes of them", async () => {
    const made = predict(signatureOf({ inputs: { who: email }, outputs: { a: "str" } }));
    const ports = scripted([chat({ a: "x" })]);
    await run(made, { who: "A@B.c" }, ports);
    expect(String(ports.requests[0]?.messages.at(-1)?.content)).toContain("[[ ## who ## ]]\na@b.c");
    await expect(run(made, { who: "nobody" }, scripted())).rejects.toMatchObject({
      code: "PROGRAM_INPUT_INVALID",
      message: expect.stringContaining("Invalid email address"),
    });
  });

  it("takes one schema for a side, and holds its fields against each other", async () => {
    const made = signatureOf({ inputs: { q: "str" }, outputs: range });
    expectTypeOf(made).toEqualTypeOf<Signature<{ q: string }, { lo: number; hi: number }>>();
    expect(made.outputs.map(({ name, constraintsText }) => [name, constraintsText])).toEqual([
      ["lo", "greater than or equal to: 0"],
      ["hi", ""],
    ]);
    const good = chat({ reasoning: "r", lo: "1", hi: "2" });
    expect(await answered(chainOfThought(made).predict, { q: "x" }, good)).toEqual({ reasoning: "r", lo: 1, hi: 2 });
    const bad = chat({ reasoning: "r", lo: "3", hi: "2" });
    await expect(answered(chainOfThought(made).predict, { q: "x" }, bad)).rejects.toMatchObject({
      code: "PROGRAM_PARSE_FAILED",
      details: { failures: [{ field: "*", reason: 'at ["hi"]: hi is below lo' }] },
    });
    // What is left of the fields is held against nothing that speaks of the others.
    expect(await answered(predict(made.delete("hi")), { q: "x" }, chat({ lo: "3" }))).toEqual({ lo: 3 });
  });

  it("takes a null for absence where the schema knows no null", async () => {
    const person = plainSchema<{ age?: number }, { age?: number }>(
      (value) => {
        const { age } = Object(value);
        return age === null ? [{ message: "Expected number, received null", path: ["age"] }] : { value: { age } };
      },
      { type: "object", properties: { age: { type: "number" } } },
    );
    const made = predict(signatureOf({ inputs: { q: "str" }, outputs: { who: person } }));
    expect(await answered(made, { q: "x" }, chat({ who: '{"age": null}' }))).toEqual({ who: {} });
    expect(await answered(made, { q: "x" }, chat({ who: '{"age": 3}' }))).toEqual({ who: { age: 3 } });
  });

  it.each([
    [
      "throws",
      {
        validate: () => {
          throw new RangeError("no such day");
        },
      },
      "its schema failed: no such day",
    ],
    ["has no function", { validate: 1 }, "its schema failed"],
    ["answers null", { validate: () => null }, "answered null; a Standard Schema's `validate` answers"],
    ["answers a text", { validate: () => "x" }, "answered x;"],
    ["answers neither", { validate: () => ({}) }, "answered neither"],
    ["answers null issues", { validate: () => ({ issues: null }) }, "answered null as `issues`"],
    ["answers a text as issues", { validate: () => ({ issues: "x" }) }, "answered x as `issues`"],
    ["answers a null issue", { validate: () => ({ issues: [null] }) }, "answered null as an issue"],
    ["answers no issue", { validate: () => ({ issues: [] }) }, "refuses it without a reason"],
    ["answers odd paths", { validate: () => ({ issues: [{ message: "bad", path: [null, "a"] }] }) }, 'at ["a"]: bad'],
    ["answers no path", { validate: () => ({ issues: [{ message: "bad", path: "a" }] }) }, "bad"],
  ])("says of the field whose schema %s what is wrong, in inputs and answers", async (_name, standard, reason) => {
    // What authors without a compiler make.
    const broken = { "~standard": { version: 1, vendor: "plain", ...standard } } as unknown as StandardSchema<string>;
    const answers = predict(signatureOf({ inputs: { q: "str" }, outputs: { a: broken } }));
    await expect(answered(answers, { q: "x" }, chat({ a: "1" }))).rejects.toMatchObject({
      code: "PROGRAM_PARSE_FAILED",
      details: { failures: [{ field: "a", reason: expect.stringContaining(reason) }] },
    });
    const takes = predict(signatureOf({ inputs: { q: broken }, outputs: { a: "str" } }));
    await expect(answered(takes, { q: "x" }, chat({ a: "1" }))).rejects.toMatchObject({
      code: "PROGRAM_INPUT_INVALID",
      message: expect.stringContaining(reason),
    });
  });

  it("goes without the JSON Schema of a schema that answers null for it, but for a whole side", async () => {
    const silent = {
      "~standard": {
        version: 1,
        vendor: "plain",
        validate: (value: unknown) => ({ value }),
        jsonSchema: { input: () => null, output: () => null },
      },
    } as unknown as StandardSchema<{ a: string }>;
    const made = predict(signatureOf({ inputs: { q: "str" }, outputs: { a: silent } }));
    expect(await answered(made, { q: "x" }, chat({ a: "[1]" }))).toEqual({ a: [1] });
    expect(() => signatureOf({ inputs: { q: "str" }, outputs: silent })).toThrow(
      expect.objectContaining({ code: "SIGNATURE_INVALID", message: expect.stringContaining("one by one") }),
    );
  });

  it("refuses a schema that answers later", async () => {
    const later = {
      "~standard": { version: 1, vendor: "plain", validate: () => Promise.resolve({ value: 1 }) },
    } as const;
    const made = predict(signatureOf({ inputs: { q: "str" }, outputs: { a: later } }));
    await expect(answered(made, { q: "x" }, chat({ a: "1" }))).rejects.toMatchObject({
      message: expect.stringContaining("answers later (a Promise)"),
    });
  });

  it.each([
    [{ type: "array", items: { type: "integer" } }, "list[int]"],
    [{ type: "array", items: { type: "string" }, uniqueItems: true }, "set[str]"],
    [{ type: "array", prefixItems: [{ type: "string" }, { type: "boolean" }] }, "tuple[str, bool]"],
    [{ type: "object", additionalProperties: { type: "number" } }, "dict[str, float]"],
    [{ anyOf: [{ type: "string" }, { type: "null" }] }, "Union[str, NoneType]"],
    [{ type: ["integer", "null"] }, "Union[int, NoneType]"],
    [{ enum: ["a", 2, null] }, "Literal['a', 2, None]"],
    [{ const: true }, "Literal[True]"],
    [{ type: "string", format: "date-time" }, "datetime"],
    [{ allOf: [{ type: "boolean" }] }, "bool"],
    [{ allOf: [{ type: "boolean" }, {}] }, "Any"],
    [{ not: {} }, "Any"],
    [
      { $ref: "#/$defs/Node", $defs: { Node: { type: "object", properties: { next: { $ref: "#/$defs/Node" } } } } },
      "Node",
    ],
    [{ type: "object", title: "Person", properties: { name: { type: "string" } } }, "Person"],
    [{ type: "object", properties: { name: { type: "string" } } }, "A"],
    [{ $ref: "https://elsewhere/x.json" }, "Any"],
  ])("reads the JSON Schema %j as %s", (json, name) => {
    const schema = plainSchema((value) => ({ value }), json);
    expect(signatureOf({ inputs: {}, outputs: { a: schema } }).toString()).toBe(` -> a: ${name}`);
  });
});
