import { describe, expect, it } from "vitest";
import { completionsOf, type LmRequest, predict, signature, twoStepAdapter, usageOf } from "../../programs/index.ts";
import { run, scripted } from "./scripted-program.ts";

const ask = predict(signature("q, ctx: list[str] -> a, n: int", { instructions: "Do.\n\nIt." }), {
  demos: [
    { q: "1", ctx: ["c"], a: "A", n: 1 },
    { q: "2", a: "B" },
  ],
});
const extracted = "[[ ## a ## ]]\nx\n\n[[ ## n ## ]]\n3";
const settings = { adapter: twoStepAdapter() };

describe("twoStepAdapter", () => {
  it("asks in plain words, then for the outputs in the answer", async () => {
    const ports = scripted(["It is x, 3 times.", extracted]);
    const prediction = await run(ask, { q: "?", ctx: ["p", "it's"] }, ports, { settings });
    expect(prediction).toEqual({ a: "x", n: 3 });
    expect(usageOf(prediction)).toEqual({ inputTokens: 2, outputTokens: 4 });
    expect(ports.requests[0]?.messages).toEqual([
      {
        role: "system",
        content:
          "You are a helpful assistant that can solve tasks based on user input.\nAs input, you will be provided with:\n1. `q` (str): \n2. `ctx` (list[str]):\nYour outputs must contain:\n1. `a` (str): \n2. `n` (int):\nYou should lay out your outputs in detail so that your answer can be understood by another agent\nSpecific instructions: Do.\n\nIt.",
      },
      {
        role: "user",
        content: "This is an example of the task, though some input or output fields are not supplied.\n\nq: 2",
      },
      { role: "assistant", content: "a: B" },
      { role: "user", content: "q: 1\n\nctx: ['c']" },
      { role: "assistant", content: "a: A\n\nn: 1" },
      { role: "user", content: "q: ?\n\nctx: ['p', \"it's\"]" },
    ]);
    expect(ports.requests[1]?.messages[1]?.content).toContain("[[ ## text ## ]]\nIt is x, 3 times.\n\nRespond with");
    expect(ports.requests[1]?.options).toEqual({});
  });

  it("asks the extraction again in JSON where it cannot be read", async () => {
    const ports = scripted(["It is x.", "oops", '{"a": "x", "n": 3}']);
    expect(await run(ask, { q: "?", ctx: [] }, ports, { settings })).toEqual({ a: "x", n: 3 });
  });

  it("has another model extract", async () => {
    const asked: LmRequest[] = [];
    const lm = async (request: LmRequest) => {
      asked.push(request);
      return { completions: [{ text: extracted }], model: "small" };
    };
    const ports = scripted(["It is x."]);
    const small = { adapter: twoStepAdapter({ lm }) };
    expect(await run(ask, { q: "?", ctx: [] }, ports, { settings: small })).toEqual({ a: "x", n: 3 });
    expect([ports.requests.length, asked.length]).toEqual([1, 1]);
  });

  it("extracts from each completion", async () => {
    const ports = scripted(["It is x.", extracted, extracted]);
    const two = ask.withConfig({ n: 2, temperature: 1 });
    expect(completionsOf(await run(two, { q: "?", ctx: [] }, ports, { settings }))).toHaveLength(2);
  });

  it("fails where the extraction does", async () => {
    const failing = run(ask, { q: "?", ctx: [] }, scripted(["It is x.", "oops", "oops"]), { settings });
    await expect(failing).rejects.toMatchObject({ code: "PROGRAM_PARSE_FAILED", details: { adapterName: "json" } });
  });
});
