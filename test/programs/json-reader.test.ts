import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bamlAdapter, jsonAdapter, signature } from "../../programs/index.ts";
import { readInPieces } from "./reading.ts";

const qa = signature("question -> answer, tags: list[str], sure: float, where: dict[str, int], note: Optional[str]");
const read = (text: string, cuts?: readonly number[]) => readInPieces(jsonAdapter, qa, text, cuts);
const everywhere = Array.from({ length: 400 }, (_, at) => at);

const outputs = { answer: 'A "quote", a \\ and é☕', tags: ["a]", "{b"], sure: 0.9, where: { x: 1 }, note: null };

describe("JsonReader", () => {
  it.each([
    ["as it is", JSON.stringify(outputs)],
    ["over several lines", JSON.stringify(outputs, null, 2)],
    ["in a fence, after some words", `Here you are:\n\`\`\`json\n${JSON.stringify(outputs)}\n\`\`\``],
    ["with escapes", JSON.stringify(outputs).replace("é☕", "\\u00e9\\u2615")],
  ])("tells texts as they read and other values as they are written: %s", (_what, text) => {
    for (const cuts of [[], everywhere, everywhere.filter((at) => at % 7 === 0)]) {
      const { texts, values } = read(text, cuts);
      expect(values).toEqual(outputs);
      expect(texts["answer"]).toBe(outputs.answer);
      expect(JSON.parse(texts["tags"] ?? "")).toEqual(outputs.tags);
      expect(JSON.parse(texts["where"] ?? "")).toEqual(outputs.where);
      expect([texts["sure"], texts["note"]]).toEqual(["0.9", "null"]);
    }
  });

  it("does not tell half a character that is written as two escapes", () => {
    const { told } = read('{"answer": "\\ud83d\\ude00!\\ud83dx"}', everywhere);
    expect(told).toEqual(["answer+😀", "answer+!", "answer+\ud83d", "answer+x", 'answer="😀!\\ud83dx"']);
  });

  it("follows braces and brackets inside strings and nested values [bracket balance]", () => {
    const nested = { answer: '}, "tags": ["x"]', tags: ['"}]', "[[{{"], sure: 1, where: {}, note: '{"a": [}' };
    expect(read(JSON.stringify(nested), everywhere).values).toEqual(nested);
  });

  it("says why a field cannot be read once it is whole", () => {
    const { invalid, values } = read('{"sure": "very", "answer": "Joyce"}', everywhere);
    expect(invalid["sure"]).toContain("float");
    expect(values).toEqual({ answer: "Joyce" });
  });

  it("passes over keys that are no outputs", () => {
    expect(read('{"other": {"answer": "no"}, "answer": "yes"}', everywhere).values).toEqual({ answer: "yes" });
  });

  it.each([
    "{'answer': 'Joyce'}",
    "{answer: Joyce}",
    "Joyce",
    '{"answer" "Joyce"}',
    '{"answer": "\\q',
    "",
    "{",
    '{"answer',
  ])("falls silent where only mending could read it: %j", (text) => {
    expect(read(text, everywhere).values).toEqual({});
  });

  it("tells what a string holds, whatever it holds and wherever it is cut", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.array(fc.nat(), { maxLength: 30 }), (answer, cuts) => {
        const { texts, values } = read(JSON.stringify({ answer, sure: 1 }), cuts);
        expect(texts["answer"] ?? "").toBe(answer);
        expect(values).toEqual({ answer, sure: 1 });
      }),
    );
  });

  it("does not throw whatever comes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('"', "\\", "{", "}", "[", "]", ":", ",", "answer", "sure", "1", "u00", " ", "\n")),
        (parts) => {
          read(parts.join(""), everywhere);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("reads what the BAML adapter asks for", () => {
    expect(readInPieces(bamlAdapter, qa, JSON.stringify(outputs), everywhere).values).toEqual(outputs);
  });
});
