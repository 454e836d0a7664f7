import { describe, expect, it } from "vitest";
import {
  type Adapter,
  chatOnlyAdapter,
  type FieldSink,
  model,
  type PreparedAdapter,
  predict,
  signature,
  signatureOf,
  twoStepAdapter,
} from "../../programs/index.ts";
import { plainSchema } from "./plain-schema.ts";
import { run, scripted } from "./scripted-program.ts";
import { partsOf, qa, stream, streamedPort } from "./streamed-port.ts";

const messages = [{ role: "user", content: "?" }] as const;

/** An adapter whose `parse` answers this, whatever the text; authors without a compiler answer anything. */
const answering = (parsed: unknown, more: Partial<PreparedAdapter> = {}): Adapter => ({
  adapterName: "own",
  prepare: () => ({ format: () => messages, parse: () => parsed as Record<string, unknown>, ...more }),
});

const typed = predict(
  signature("q -> year: int, who, tags: list[str], any: Any, more: Optional[float], place: Place", {
    fields: { year: { constraints: { le: 2000 } } },
    types: { Place: model({ town: "str", size: { type: "int", default: 1 } }) },
  }),
);
const fitting = { year: 1914, who: "5", tags: ["a"], any: "5", more: 0.5, place: { town: "Dublin", size: 2 } };
const read = (parsed: unknown) =>
  run(typed, { q: "?" }, scripted(["the answer"]), { settings: { adapter: answering(parsed) } });

describe("an adapter of one's own", () => {
  it("has what fits taken as it is, in the signature's order, and unknown keys dropped", async () => {
    const outputs = await read({ stray: 1, ...Object.fromEntries(Object.entries(fitting).reverse()) });
    expect(outputs).toEqual(fitting);
    expect(Object.keys(outputs)).toEqual(Object.keys(fitting));
  });

  it("has texts read as their fields' types, and what may be left out filled in", async () => {
    const { more: _, ...texts } = { ...fitting, year: "1914", tags: '["a"]', place: '{"town": "Dublin", "size": 2}' };
    expect(await read(texts)).toEqual({ ...fitting, more: null });
  });

  it.each<[object, string, string]>([
    [{ year: "not a number" }, "year", "expected int"],
    [{ year: 2001 }, "year", "not less than or equal to 2000"],
    [{ year: 10n ** 30n }, "year", "beyond ±2^53"],
    [{ who: undefined }, "who", "the adapter's `parse` answered nothing for it"],
    [{ who: null }, "who", "expected str"],
    [{ tags: [{}, 1] }, "tags", "expected"],
    [{ any: () => 1 }, "any", "a function has no textual form"],
    [{ any: JSON.parse("[".repeat(129) + "]".repeat(129)) }, "any", "nested more than 128 deep"],
    [{ place: { size: 1 } }, "place", "town"],
  ])("cannot read what does not fit (case %#)", async (other, field, reason) => {
    await expect(read({ ...fitting, ...other })).rejects.toMatchObject({
      code: "PROGRAM_PARSE_FAILED",
      details: {
        adapterName: "own",
        text: "the answer",
        failures: [{ field, reason: expect.stringContaining(reason) }],
      },
    });
  });

  it.each([[null], ["text"], [[1]], [undefined]])("cannot read an answer whose parse gives %j", async (parsed) => {
    await expect(read(parsed)).rejects.toMatchObject({
      code: "PROGRAM_PARSE_FAILED",
      details: {
        text: "the answer",
        failures: [{ field: "*", reason: expect.stringContaining("must answer an object") }],
      },
    });
  });

  it.each([[null], ["text"], [[null]], [[{ content: "?" }]]])("cannot ask where format gives %j", async (made) => {
    const adapter = answering(fitting, { format: () => made as unknown as typeof messages });
    const ports = scripted();
    await expect(run(typed, { q: "?" }, ports, { settings: { adapter } })).rejects.toMatchObject({
      code: "PROGRAM_FORMAT_FAILED",
      details: { adapterName: "own" },
    });
    expect(ports.requests).toEqual([]);
  });

  it("hands on what a built-in adapter read, schemas applied once", async () => {
    const tagged = plainSchema<string, string>((value) => ({ value: `<${String(value)}>` }), { type: "string" });
    const ask = predict(signatureOf({ inputs: { q: "str" }, outputs: { a: tagged } }));
    const around: Adapter = {
      adapterName: "around",
      prepare: (...about) => {
        const inner = chatOnlyAdapter.prepare(...about);
        return { format: (inputs) => inner.format(inputs), parse: (text) => inner.parse(text.trim()) };
      },
    };
    const answer = "[[ ## a ## ]]\nx";
    expect(await run(ask, { q: "?" }, scripted([answer]), { settings: { adapter: around } })).toEqual({ a: "<x>" });
    const own = answering({ a: "x" });
    expect(await run(ask, { q: "?" }, scripted([answer]), { settings: { adapter: own } })).toEqual({ a: "<x>" });
  });

  it("may have its outputs extracted by a further ask", async () => {
    const twice: Adapter = { adapterName: "twice", prepare: (...about) => twoStepAdapter().prepare(...about) };
    const ports = scripted(["in words", "[[ ## a ## ]]\nx"]);
    expect(await run(predict("q -> a"), { q: "?" }, ports, { settings: { adapter: twice } })).toEqual({ a: "x" });
  });

  it("streams no field without a value, and none that the signature lacks", async () => {
    const reader = (sink: FieldSink) => ({
      push: (text: string) => {
        sink.onFieldText("stray", text);
        sink.onFieldValue("stray", text);
        sink.onFieldValue("sure", undefined);
        sink.onFieldText("answer", text);
        sink.onFieldInvalid("stray", "odd");
      },
      end: () => sink.onFieldValue("answer", "Joyce"),
      outputs: () => ({ answer: 1 }),
    });
    const port = () => streamedPort([{ pieces: ["Jo", "yce"] }]);
    const whole = answering({ answer: "Joyce", sure: 1 }, { reader });
    const parts = await partsOf(stream(qa, { question: "?" }, port(), { adapter: whole }));
    const told = parts.flatMap((part) => (part.type === "field-complete" ? [[part.field, part.value]] : []));
    expect(told).toEqual([
      ["answer", "Joyce"],
      ["sure", 1],
    ]);
    expect(parts.some((part) => "field" in part && part.field === "stray")).toBe(false);
    expect(parts.at(-1)).toMatchObject({ type: "prediction", prediction: { answer: "Joyce", sure: 1 } });
  });

  it("streams no field of an answer that lacks one", async () => {
    const told: unknown[] = [];
    const parts = stream(qa, { question: "?" }, streamedPort([{ pieces: ["x"] }]), {
      adapter: answering({ answer: "x" }),
    });
    const reading = (async () => {
      for await (const part of parts) told.push(part.type);
    })();
    await expect(reading).rejects.toMatchObject({ code: "PROGRAM_PARSE_FAILED" });
    expect(told).not.toContain("field-complete");
  });
});
