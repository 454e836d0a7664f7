import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { inferPrefix, signature } from "../../programs/index.ts";

const misc: {
  readonly prefix: Readonly<Record<string, string>>;
  readonly sigs: Readonly<Record<string, string | RecordedSignature>>;
} = JSON.parse(readFileSync(new URL("../fixtures/dspy-3.3.1/misc.json", import.meta.url), "utf8"));

interface RecordedSignature {
  readonly instr: string;
  readonly fields: Readonly<Record<string, { readonly extra: { readonly prefix: string; readonly desc: string } }>>;
}

describe("inferPrefix", () => {
  it.each(Object.entries(misc.prefix))("labels %s as DSPy does", (name, label) => {
    expect(inferPrefix(name)).toBe(label);
  });
});

describe("signature", () => {
  /** Read by DSPy without a word though something in them is lost; refused here. */
  const STRICTER = ["a, a -> b", "q -> a = 3"];
  /** Accepted by DSPy, though nothing is asked for; refused here. */
  const WITHOUT_OUTPUTS = ["q ->"];
  /** Types that are not there yet, and a comment that only Python's way of reading trips over. */
  const OTHER = ["q: list -> a: tuple[int, ...]", "q -> a: datetime.datetime", "q -> a: bool, # c"];
  const recorded = Object.entries(misc.sigs).filter(
    ([text]) => !text.includes("dspy.") && ![...STRICTER, ...WITHOUT_OUTPUTS, ...OTHER].includes(text),
  );

  it.each(STRICTER)("refuses %s, of which DSPy drops a part", (text) => {
    expect(() => signature(text)).toThrow(expect.objectContaining({ code: "SIGNATURE_INVALID" }));
  });

  it.each(WITHOUT_OUTPUTS)("refuses %s, which asks for nothing", (text) => {
    expect(() => signature(text)).toThrow(expect.objectContaining({ code: "SIGNATURE_INVALID" }));
  });

  it.each(recorded)("reads %s as DSPy does", (text, expected) => {
    if (typeof expected === "string") {
      expect(() => signature(text)).toThrow(expect.objectContaining({ code: "SIGNATURE_INVALID" }));
      return;
    }
    const made = signature(text);
    expect(made.instructions).toBe(expected.instr);
    expect(made.fields.map(({ name, prefix, desc }) => ({ name, prefix, desc }))).toEqual(
      Object.entries(expected.fields).map(([name, { extra }]) => ({ name, prefix: extra.prefix, desc: extra.desc })),
    );
  });
});
