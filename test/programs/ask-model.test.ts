import { describe, expect, it } from "vitest";
import {
  type Adapter,
  chatOnlyAdapter,
  completionsOf,
  jsonAdapter,
  model,
  predict,
  usageOf,
} from "../../programs/index.ts";
import { BaseError } from "../../runtime/base/index.ts";
import { run, scripted } from "./scripted-program.ts";

const chat = "[[ ## a ## ]]\nx\n\n[[ ## n ## ]]\n3";
const json = '{"a": "x", "n": 3}';
const ask = predict("q -> a, n: int");
const compat = { compat: "dspy-3.3.1" } as const;

describe("asking again", () => {
  it("asks in JSON where the chat answer cannot be read, and says so in the trace", async () => {
    const ports = scripted(["oops", json]);
    const prediction = await run(ask, { q: "?" }, ports);
    expect(prediction).toEqual({ a: "x", n: 3 });
    expect(usageOf(prediction)).toEqual({ inputTokens: 2, outputTokens: 4 });
    expect(ports.requests[1]?.messages.at(-1)?.content).toBe(
      "[[ ## q ## ]]\n?\n\nRespond with a JSON object in the following order of fields: `a`, then `n` (must be formatted as a valid Python int).",
    );
    expect(ports.steps).toMatchObject([
      { failedAsks: [{ adapterName: "chat", message: expect.stringContaining("oops") }] },
    ]);
  });

  it("leaves no mark in the trace where the first answer is read", async () => {
    const ports = scripted([chat]);
    await run(ask, { q: "?" }, ports);
    expect(ports.steps[0]).not.toHaveProperty("failedAsks");
  });

  it("fails with the last answer's reasons, and names the asks before", async () => {
    await expect(run(ask, { q: "?" }, scripted(["oops", '{"a": "x"}']))).rejects.toMatchObject({
      code: "PROGRAM_PARSE_FAILED",
      details: {
        adapterName: "json",
        failures: [{ field: "n", reason: "its key is missing" }],
        failedAsks: [{ adapterName: "chat" }],
      },
    });
  });

  it("asks once where the adapter says so", async () => {
    const ports = scripted(["oops"]);
    await expect(run(ask, { q: "?" }, ports, { settings: { adapter: chatOnlyAdapter } })).rejects.toMatchObject({
      details: { adapterName: "chat" },
    });
    expect(ports.requests).toHaveLength(1);
  });

  it("asks again only for the completions that cannot be read; DSPy for all", async () => {
    const answers = (): ReturnType<typeof scripted> & { counts: unknown[] } => {
      const counts: unknown[] = [];
      const lm = async ({ options: { n } }: { options: { n?: number } }) => {
        counts.push(n);
        const texts = counts.length === 1 ? [chat, "oops", chat] : Array.from({ length: n ?? 1 }, () => json);
        return { completions: texts.map((text) => ({ text })), model: "m" };
      };
      return { ...scripted(), lm, counts };
    };
    const three = predict("q -> a, n: int", { config: { n: 3, temperature: 1 } });
    const ours = answers();
    expect(completionsOf(await run(three, { q: "?" }, ours))).toHaveLength(3);
    expect(ours.counts).toEqual([3, 1]);
    const theirs = answers();
    expect(completionsOf(await run(three, { q: "?" }, theirs, { settings: compat }))).toHaveLength(3);
    expect(theirs.counts).toEqual([3, 3]);
  });

  it("does not ask again when the model's side fails", async () => {
    let asked = 0;
    const lm = () => {
      asked++;
      return Promise.reject(new BaseError("LM_SERVER_FAILED", "down"));
    };
    for (const settings of [{}, compat]) {
      await expect(run(ask, { q: "?" }, { lm }, { settings })).rejects.toMatchObject({ code: "LM_SERVER_FAILED" });
    }
    expect(asked).toBe(2);
  });

  it("asks again after an adapter's own error only under compat", async () => {
    const broken: Adapter = {
      adapterName: "broken",
      prepare: () => ({
        format: () => {
          throw new RangeError("a bug");
        },
        parse: () => ({}),
      }),
      asks: () => [{ adapter: broken }, { adapter: jsonAdapter }],
    };
    await expect(run(ask, { q: "?" }, scripted([json]), { settings: { adapter: broken } })).rejects.toThrow("a bug");
    const settings = { ...compat, adapter: broken };
    expect(await run(ask, { q: "?" }, scripted([json]), { settings })).toEqual({ a: "x", n: 3 });
  });
});

describe("jsonAdapter", () => {
  const formatsOf = async (text: string, settings: object, replies: readonly string[]): Promise<unknown[]> => {
    const ports = scripted(replies);
    const asked = predict(text as "q -> a");
    await run(asked, { q: "?" }, ports, { settings: { adapter: jsonAdapter, ...settings } }).catch(() => undefined);
    return ports.requests.map(({ options }) => options.responseFormat);
  };
  const able = { jsonMode: true, responseSchema: true };

  it("sends no response format to a model that takes none", async () => {
    expect(await formatsOf("q -> a", {}, ['{"a": "x"}'])).toEqual([undefined]);
  });

  it("holds the model to the outputs' schema, then to any JSON object", async () => {
    const [first, second] = await formatsOf("q -> a: list[str], b: Optional[int]", { lmCapabilities: able }, [
      "oops",
      "oops",
    ]);
    expect(first).toEqual({
      type: "json_schema",
      json_schema: {
        name: "DSPyProgramOutputs",
        strict: true,
        schema: {
          additionalProperties: false,
          properties: {
            a: { items: { type: "string" }, title: "A", type: "array" },
            b: { anyOf: [{ type: "integer" }, { type: "null" }], title: "B" },
          },
          required: ["a", "b"],
          title: "DSPyProgramOutputs",
          type: "object",
        },
      },
    });
    expect(second).toEqual({ type: "json_object" });
  });

  it("asks for any JSON object where keys are open or schemas are not understood", async () => {
    expect(await formatsOf("q -> a: dict[str, int]", { lmCapabilities: able }, ["{}"])).toEqual([
      { type: "json_object" },
    ]);
    expect(await formatsOf("q -> a", { lmCapabilities: { jsonMode: true } }, ["{}"])).toEqual([
      { type: "json_object" },
    ]);
  });

  const Bag = model({ name: "str", tags: "dict[str, int]" });
  it.each([
    "Optional[dict[str, int]]",
    "list[dict[str, int]]",
    "dict",
    "tuple[int, dict]",
    "list[Any]",
    "list",
    "Bag | None",
    "list[Bag]",
  ])("asks for any JSON object where keys are open deep inside: %s; DSPy forbids them there", async (type) => {
    const formats = async (compat: "dspy-3.3.1" | undefined): Promise<unknown> => {
      const ports = scripted(["{}"]);
      const settings = { adapter: jsonAdapter, lmCapabilities: able, ...(compat === undefined ? {} : { compat }) };
      const asked = predict(`q -> a: ${type}` as "q -> a: Bag", { types: { Bag } });
      await run(asked, { q: "?" }, ports, { settings }).catch(() => undefined);
      return Object(ports.requests[0]?.options.responseFormat).type;
    };
    expect(await formats(undefined)).toBe("json_object");
    expect(await formats("dspy-3.3.1")).toBe("json_schema");
  });

  it("leaves a response format of the caller's own as it is", async () => {
    const own = { type: "text" };
    expect(await formatsOf("q -> a", { lmCapabilities: able, lm: { responseFormat: own } }, ['{"a": 1}'])).toEqual([
      own,
    ]);
  });

  it("reads the first object in an answer, whatever stands around it", async () => {
    const settings = { adapter: jsonAdapter };
    for (const text of [`Sure: \`\`\`json\n${json}\n\`\`\``, `[${json}]`, `{ so ${json}`, json.slice(0, -1)]) {
      expect(await run(ask, { q: "?" }, scripted([text]), { settings })).toEqual({ a: "x", n: 3 });
    }
  });

  it("writes demonstrations as JSON objects", async () => {
    const shown = predict("q -> a: list[float], n: int", {
      demos: [
        { q: "1", a: [1], n: 2 },
        { q: "2", n: 3 },
      ],
    });
    const ports = scripted(['{"a": [], "n": 1}']);
    await run(shown, { q: "?" }, ports, { settings: { adapter: jsonAdapter } });
    expect(
      ports.requests[0]?.messages.filter(({ role }) => role === "assistant").map(({ content }) => content),
    ).toEqual([
      '{\n  "a": "Not supplied for this particular example. ",\n  "n": 3\n}',
      '{\n  "a": [\n    1.0\n  ],\n  "n": 2\n}',
    ]);
  });
});
