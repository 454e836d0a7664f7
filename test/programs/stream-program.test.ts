import { describe, expect, it } from "vitest";
import {
  type Adapter,
  bamlAdapter,
  chatOnlyAdapter,
  jsonAdapter,
  model,
  predict,
  signature,
  twoStepAdapter,
  withNativeTools,
  xmlAdapter,
} from "../../programs/index.ts";
import { answered, chatPieces, inShort, partsOf, qa, stream, streamedPort } from "./streamed-port.ts";

describe("streamProgram", () => {
  it("tells each field's text and value, then the prediction and what it cost", async () => {
    const parts = await partsOf(stream(qa, { question: "?" }, streamedPort([answered])));
    expect(inShort(parts)).toEqual([
      "self#0 answer+James Joyce",
      'self#0 answer="James Joyce"',
      "self#0 sure+0.9",
      "self#0 sure=0.9",
      "end",
    ]);
    expect(parts.at(-1)).toEqual({
      type: "prediction",
      prediction: { answer: "James Joyce", sure: 0.9 },
      usage: { m: { requests: 1, inputTokens: 10, outputTokens: 5, cachedInputTokens: 0, costUsd: "unknown" } },
    });
  });

  it("tells text while it comes, not when it is whole", async () => {
    const port = streamedPort([{ ...answered, hangs: true }]);
    const run = stream(qa, { question: "?" }, port);
    const first = await run.next();
    expect(first.value).toMatchObject({ type: "field-delta", field: "answer" });
    expect(port.told.length).toBeLessThan(answered.pieces.length);
    await run.return();
  });

  it("has the prediction to await, during the loop, after it, or without one", async () => {
    const run = stream(qa, { question: "?" }, streamedPort([answered]));
    for await (const part of run) if (part.type === "prediction") expect(await run.result).toBe(part.prediction);
    expect(await run.result).toEqual({ answer: "James Joyce", sure: 0.9 });
    expect(await stream(qa, { question: "?" }, streamedPort([answered])).result).toEqual(await run.result);
  });

  it("does nothing until it is asked for something", async () => {
    const port = streamedPort([answered]);
    stream(qa, { question: "?" }, port);
    await new Promise((resolve) => setImmediate(resolve));
    expect(port.requests).toEqual([]);
  });

  it("tells everything of an answer that comes whole, as from a cache or a record", async () => {
    const whole = { pieces: [], text: answered.pieces.join("") };
    const parts = await partsOf(stream(qa, { question: "?" }, streamedPort([whole])));
    expect(inShort(parts)).toEqual(inShort(await partsOf(stream(qa, { question: "?" }, streamedPort([answered])))));
  });

  describe("with every adapter", () => {
    const outputs = { answer: "a < b, as ever", tags: ["x", "y"], who: { name: "Ann" }, sure: 0.5 };
    const typed = predict(
      signature("question -> answer, tags: list[str], who: Person, sure: float", {
        types: { Person: model({ name: "str" }) },
      }),
    );
    const inJson = JSON.stringify(outputs);
    const inChat = chatPieces({ answer: outputs.answer, tags: '["x", "y"]', who: '{"name": "Ann"}', sure: "0.5" }).join(
      "",
    );
    const inXml =
      "<answer>a &lt; b, as ever</answer><tags>x</tags><tags>y</tags><who><name>Ann</name></who><sure>0.5</sure>";
    it.each<[string, Adapter, readonly string[]]>([
      ["chat", chatOnlyAdapter, [inChat]],
      ["json", jsonAdapter, [inJson]],
      ["baml", bamlAdapter, [inJson]],
      ["xml", xmlAdapter, [inXml]],
      ["two-step", twoStepAdapter(), ["In plain words.", inChat]],
    ])("streams the same fields: %s", async (_name, adapter, texts) => {
      for (const size of [1, 4, 1000]) {
        const port = streamedPort(
          texts.map((text) => ({ pieces: text.match(new RegExp(`[\\s\\S]{1,${size}}`, "g")) ?? [] })),
        );
        const parts = await partsOf(stream(typed, { question: "?" }, port, { adapter }));
        const values = parts.flatMap((part) => (part.type === "field-complete" ? [[part.field, part.value]] : []));
        expect(Object.fromEntries(values)).toEqual(outputs);
        expect(values.length).toBe(4);
        expect(parts.at(-1)).toMatchObject({ type: "prediction", prediction: outputs });
        const text = parts
          .map((part) => (part.type === "field-delta" && part.field === "answer" ? part.text : ""))
          .join("");
        expect(text).toBe(outputs.answer);
      }
    });

    it("tells of a custom adapter's fields when its answer is whole", async () => {
      const plain: Adapter = {
        adapterName: "plain",
        prepare: () => ({
          format: (inputs) => [{ role: "user", content: String(inputs["question"]) }],
          parse: (text) => ({ answer: text, sure: 1 }),
        }),
      };
      const parts = await partsOf(
        stream(qa, { question: "?" }, streamedPort([{ pieces: ["Jo", "yce"] }]), { adapter: plain }),
      );
      expect(inShort(parts)).toEqual([
        "self#0 answer+Joyce",
        'self#0 answer="Joyce"',
        "self#0 sure+1",
        "self#0 sure=1",
        "end",
      ]);
    });
  });

  it("says that what came does not count where the answer cannot be read and is asked for in JSON", async () => {
    const port = streamedPort([
      { pieces: chatPieces({ answer: "Joyce", sure: "very" }) },
      { pieces: ['{"answer": "Joy', 'ce", "sure": 0.9}'] },
    ]);
    const parts = await partsOf(stream(qa, { question: "?" }, port));
    expect(inShort(parts)).toEqual([
      "self#0 answer+Joyce",
      'self#0 answer="Joyce"',
      "self#0 sure+very",
      "self#0 sure!",
      "self#0 (answer-unreadable)",
      "self#0 answer+Joyce",
      'self#0 answer="Joyce"',
      "self#0 sure+0.9",
      "self#0 sure=0.9",
      "end",
    ]);
  });

  it("says that what came does not count where the model failed and is asked again", async () => {
    const port = streamedPort([{ pieces: ["[[ ## answer ## ]]\nha"], again: answered.pieces }]);
    const parts = await partsOf(stream(qa, { question: "?" }, port));
    expect(inShort(parts).slice(0, 3)).toEqual([
      "self#0 answer+ha",
      "self#0 (model-failed)",
      "self#0 answer+James Joyce",
    ]);
  });

  it("goes by the whole answer where it says otherwise than the pieces", async () => {
    const port = streamedPort([{ pieces: ["[[ ## answer ## ]]\nha"], text: answered.pieces.join("") }]);
    const parts = await partsOf(stream(qa, { question: "?" }, port));
    expect(inShort(parts).slice(1)).toEqual([
      "self#0 (model-failed)",
      "self#0 answer+James Joyce",
      'self#0 answer="James Joyce"',
      "self#0 sure+0.9",
      "self#0 sure=0.9",
      "end",
    ]);
  });

  it("tells of a field that only mending could read", async () => {
    const port = streamedPort([{ pieces: ["{'answer': 'Joyce', ", "'sure': 1"] }]);
    const parts = await partsOf(stream(qa, { question: "?" }, port, { adapter: jsonAdapter }));
    expect(inShort(parts)).toEqual([
      "self#0 answer+Joyce",
      'self#0 answer="Joyce"',
      "self#0 sure+1",
      "self#0 sure=1",
      "end",
    ]);
  });

  it("streams a model's own reasoning into the field for it, and tells of tool calls when they are there", async () => {
    const thinking = predict("question -> why: Reasoning, answer");
    const port = streamedPort([{ reasoning: ["Let me ", "think."], pieces: chatPieces({ answer: "Joyce" }) }]);
    const parts = await partsOf(stream(thinking, { question: "?" }, port, { lmCapabilities: { reasoning: true } }));
    expect(inShort(parts)).toEqual([
      "self#0 why+Let me think.",
      'self#0 why="Let me think."',
      "self#0 answer+Joyce",
      'self#0 answer="Joyce"',
      "end",
    ]);
    const acting = predict("question, tools: list[Tool] -> calls: ToolCalls");
    const call = { id: "c1", type: "function", function: { name: "look", arguments: "{}" } };
    const called = streamedPort([{ text: null, toolCalls: [call] }]);
    const settings = { adapter: withNativeTools(chatOnlyAdapter), lmCapabilities: { functionCalling: true } };
    const inputs = { question: "?", tools: [{ name: "look", desc: "", args: {} }] };
    const told = await partsOf(stream(acting, inputs, called, settings));
    expect(told.map(({ type }) => type)).toEqual(["field-delta", "field-complete", "prediction"]);
  });
});
