import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chatOnlyAdapter, signature } from "../../programs/index.ts";
import { readInPieces } from "./reading.ts";

const qa = signature("question -> reasoning, answer, sure: float");
const read = (text: string, cuts?: readonly number[]) => readInPieces(chatOnlyAdapter, qa, text, cuts);
const parse = (text: string) => chatOnlyAdapter.prepare(qa, [], undefined).parse(text);
const everywhere = Array.from({ length: 400 }, (_, at) => at);

const whole =
  "[[ ## reasoning ## ]]\nIt is [[well]] known.\n\n[[ ## answer ## ]]\nJoyce\n\n[[ ## sure ## ]]\n0.9\n\n[[ ## completed ## ]]\n";

/** Pieces of what models write, and of what only looks like it. */
const fragment = fc.oneof(
  fc.constantFrom(
    "[[ ## reasoning ## ]]",
    "[[ ## answer ## ]]",
    "[[ ## sure ## ]]",
    "[[ ## completed ## ]]",
    "[[ ## other ## ]]",
    "[[##answer##]]",
    "[[ ## answer ##",
    "[[ ## an",
    "[[",
    "[",
    "]]",
    " ## ]]",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "  ",
    "\t",
    "\u2028",
    "\u00a0",
    "0.5",
    "text",
  ),
  fc.string({ maxLength: 8 }),
);

describe("ChatReader", () => {
  it("tells each section's text and value, and nothing of the headers, wherever the answer is cut", () => {
    for (const cuts of [[], everywhere, everywhere.filter((at) => at % 3 === 0)]) {
      const { texts, values } = read(whole, cuts);
      expect(texts).toEqual({ reasoning: "It is [[well]] known.", answer: "Joyce", sure: "0.9" });
      expect(values).toEqual({ reasoning: "It is [[well]] known.", answer: "Joyce", sure: 0.9 });
    }
  });

  it("tells text as soon as it cannot be a header's begin", () => {
    const { told } = read(whole, [22, 25, 28, 31, 34]);
    expect(told.slice(0, 4)).toEqual(["reasoning+It", "reasoning+ is", "reasoning+ [[w", "reasoning+ell"]);
  });

  it("tells of a field when the next one begins, not at the end", () => {
    const { told } = read(whole, everywhere);
    expect(told.indexOf('reasoning="It is [[well]] known."')).toBeLessThan(told.indexOf("answer+J"));
  });

  it("loses no text where the last marker never comes [60]", () => {
    const { told } = read("[[ ## answer ## ]]\nJames Joyce", [20, 25]);
    expect(told).toEqual(["answer+J", "answer+ames", "answer+ Joyce", 'answer="James Joyce"']);
  });

  it("says why a field cannot be read once it is whole", () => {
    const { invalid, values } = read("[[ ## sure ## ]]\nvery\n[[ ## answer ## ]]\nJoyce");
    expect(invalid["sure"]).toContain("float");
    expect(values).toEqual({ answer: "Joyce" });
  });

  it("takes a header for text where it stands inside a line, and a name that is no output for the end of the one before", () => {
    const { texts } = read("[[ ## answer ## ]]\nsee [[ ## sure ## ]] there\n[[ ## note ## ]]\nignored");
    expect(texts).toEqual({ answer: "see [[ ## sure ## ]] there" });
  });

  it("takes the first of two sections of one name, as the whole answer's reading does", () => {
    expect(read("[[ ## answer ## ]]\none\n[[ ## answer ## ]]\ntwo").values).toEqual({ answer: "one" });
  });

  it("tells exactly the texts that the whole answer's reading finds, whatever the answer and wherever it is cut", () => {
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 30 }), fc.array(fc.nat(), { maxLength: 30 }), (fragments, cuts) => {
        const answer = `${fragments.join("")}\n[[ ## reasoning ## ]]\nr\n[[ ## answer ## ]]\na\n[[ ## sure ## ]]\n1`;
        let outputs: Record<string, unknown>;
        try {
          outputs = parse(answer);
        } catch {
          // A float that is none: what a section holds is the same whichever type it has.
          return;
        }
        const { texts, values } = read(answer, cuts);
        expect(values).toEqual(outputs);
        expect({ reasoning: "", answer: "", ...texts }).toMatchObject({
          reasoning: outputs["reasoning"],
          answer: outputs["answer"],
        });
      }),
      { numRuns: 2000 },
    );
  });

  it("takes as long as the answer is, whatever looks like a header", () => {
    const long = `[[ ## answer ## ]]\n${"[[ ## a".repeat(100_000)}\n${" ".repeat(500_000)}[[ ## ${"x".repeat(500_000)}`;
    expect(
      read(
        long,
        everywhere.map((at) => at * 4000),
      ).values["answer"],
    ).toBe(parse(`${long}\n[[ ## reasoning ## ]]\n[[ ## sure ## ]]\n1`)["answer"]);
  });
});
