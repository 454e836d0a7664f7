import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { chatOnlyAdapter, predict, prepareProgram, type Signature, signatureOf, tool } from "../../programs/index.ts";
import { run, scripted } from "./scripted-program.ts";

const contact = signatureOf({
  inputs: { text: "str" },
  outputs: { email: z.email().toLowerCase().describe("who asked"), tags: z.array(z.string()).max(2).default([]) },
});

describe("signatureOf, given zod's schemas", () => {
  it("has their types, descriptions and defaults", () => {
    expectTypeOf(contact).toEqualTypeOf<Signature<{ text: string }, { email: string; tags: string[] }>>();
    expect(contact.toString()).toBe("text: str -> email: str, tags: list[str]");
    expect(contact.outputs.map(({ desc, default: fallback }) => [desc, fallback?.value])).toEqual([
      ["who asked", undefined],
      [`\${tags}`, []],
    ]);
  });

  it("has values made and refused by them", async () => {
    const ask = (answer: string) =>
      run(predict(contact), { text: "?" }, scripted([answer]), { settings: { adapter: chatOnlyAdapter } });
    const chat = (email: string, tags: string) => `[[ ## email ## ]]\n${email}\n\n[[ ## tags ## ]]\n${tags}`;
    expect(await ask(chat("Ada@Example.org", '["a"]'))).toEqual({ email: "ada@example.org", tags: ["a"] });
    await expect(ask(chat("nobody", '["a", "b", "c"]'))).rejects.toMatchObject({
      code: "PROGRAM_PARSE_FAILED",
      details: { failures: [{ field: "email" }, { field: "tags" }] },
    });
  });

  it("holds a whole side to one of them", () => {
    const outputs = z.object({ lo: z.number(), hi: z.number() }).refine(({ lo, hi }) => lo <= hi);
    const span = signatureOf({ inputs: { text: "str" }, outputs });
    expectTypeOf(span).toEqualTypeOf<Signature<{ text: string }, { lo: number; hi: number }>>();
    expect(prepareProgram(predict(span)).predictors).toHaveLength(1);
  });
});

describe("tool, given a zod object", () => {
  it("tells the model its JSON Schema and gives the function what it makes", async () => {
    const add = tool({
      name: "add",
      parameters: z.object({ a: z.number().describe("first"), b: z.coerce.number().default(1) }),
      run: ({ a, b }) => {
        expectTypeOf({ a, b }).toEqualTypeOf<{ a: number; b: number }>();
        return a + b;
      },
    });
    expect(add.args).toMatchObject({ a: { type: "number", description: "first" } });
  });
});
