import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { model, signature, xmlAdapter } from "../../programs/index.ts";
import { readInPieces } from "./reading.ts";

const qa = signature("question -> answer, tags: list[str], sure: float, who: Person", {
  types: { Person: model({ name: "str", age: "int" }) },
});
const read = (text: string, cuts?: readonly number[]) => readInPieces(xmlAdapter, qa, text, cuts);
const everywhere = Array.from({ length: 600 }, (_, at) => at);

describe("XmlReader", () => {
  it("tells texts as they read and nested values as they are written", () => {
    const text =
      "Well:\n<answer>\n1 &lt; 2 &amp; so on\n</answer>\n<tags>a</tags>\n<tags>b</tags><sure>0.9</sure><who><name>Ann</name><age>3</age></who>";
    for (const cuts of [[], everywhere, everywhere.filter((at) => at % 5 === 0)]) {
      const { texts, values } = read(text, cuts);
      expect(texts).toEqual({
        answer: "1 < 2 & so on",
        tags: "ab",
        sure: "0.9",
        who: "<name>Ann</name><age>3</age>",
      });
      expect(values).toEqual({ answer: "1 < 2 & so on", tags: ["a", "b"], sure: 0.9, who: { name: "Ann", age: 3 } });
    }
  });

  it("takes the tags of a field for text where they are inside another, and its own where they are nested", () => {
    const { texts } = read("<answer>a <b>bold</b> &x; <answer>inner</answer> <sure>1</sure></answer>", everywhere);
    expect(texts).toEqual({ answer: "a <b>bold</b> &x; <answer>inner</answer> <sure>1</sure>" });
  });

  it("takes a stray < or & for text", () => {
    expect(read("<answer>1 < 2 & 3 <4 && R&D</answer>", everywhere).texts).toEqual({ answer: "1 < 2 & 3 <4 && R&D" });
  });

  it("tells what stands in a CDATA section as it stands", () => {
    const { texts, values } = read("<answer><![CDATA[a < b ]] & </answer>]]></answer>", everywhere);
    expect(texts).toEqual({ answer: "a < b ]] & </answer>" });
    expect(values).toEqual({ answer: "a < b ]] & </answer>" });
  });

  it("tells of an empty element", () => {
    expect(read("<answer /><tags></tags><sure>1</sure>", everywhere).values).toEqual({ answer: "", tags: [], sure: 1 });
  });

  it("says why a field cannot be read once it is whole", () => {
    expect(read("<sure>very</sure><answer>a</answer>", everywhere).invalid["sure"]).toContain("float");
  });

  it("tells a text that spells what it is given, wherever it is cut", () => {
    const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    fc.assert(
      fc.property(fc.string(), fc.array(fc.nat(), { maxLength: 30 }), (answer, cuts) => {
        const text = `<answer>${escaped(answer)}</answer>\n<sure>1</sure>`;
        const whole = xmlAdapter.prepare(signature("q -> answer, sure: float"), [], undefined).parse(text);
        const { texts, values } = read(text, cuts);
        expect(values).toEqual(whole);
        expect(texts["answer"] ?? "").toBe(whole["answer"]);
      }),
      { numRuns: 500 },
    );
  });

  it("does not throw whatever comes, and takes as long as it is", () => {
    const parts = fc.constantFrom("<", ">", "/", "answer", "sure", "&", ";", "amp", "![CDATA[", "]]>", " ", "x");
    fc.assert(
      fc.property(fc.array(parts), (given) => void read(given.join(""), everywhere)),
      { numRuns: 2000 },
    );
    const long = `<answer>${"<a & <".repeat(200_000)}</answer>`;
    expect(
      read(
        long,
        everywhere.map((at) => at * 2000),
      ).texts["answer"]?.length,
    ).toBe(1_200_000);
  });
});
