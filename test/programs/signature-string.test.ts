import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { signature } from "../../programs/index.ts";

const PLAIN = "str int float bool None Any list dict tuple set frozenset bytes datetime date time timedelta".split(" ");
const CUSTOM = "Image Audio File Code Citations History Tool ToolCalls Reasoning Document".split(" ");
const KNOWN = CUSTOM.filter((name) => {
  try {
    return signature(`q -> a: ${name}` as string).outputs.length > 0;
  } catch {
    return false;
  }
});

const quoted = fc
  .string({ unit: "grapheme", maxLength: 8 })
  .filter((text) => !text.includes("->"))
  .map((text) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`);
const literal = fc
  .array(fc.oneof(quoted, fc.bigInt().map(String), fc.constantFrom("True", "False", "None")), {
    minLength: 1,
    maxLength: 4,
  })
  .map((values) => `Literal[${values.join(", ")}]`);
const typeTexts = fc.letrec<{ type: string }>((tie) => {
  const one = tie("type");
  const many = fc.array(one, { minLength: 1, maxLength: 3 }).map((types) => types.join(", "));
  return {
    type: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom(...PLAIN, ...KNOWN, ...KNOWN.map((name) => `dspy.${name}`)),
      literal,
      quoted.map((language) => `Code[${language}]`),
      fc
        .tuple(fc.constantFrom("list", "set", "frozenset", "Optional", "List"), one)
        .map(([name, of]) => `${name}[${of}]`),
      fc.tuple(one, one).map(([key, value]) => `dict[${key}, ${value}]`),
      one.map((type) => `tuple[${type}, ...]`),
      many.map((types) => `tuple[${types}]`),
      many.map((types) => `Union[${types}]`),
      fc.tuple(one, one).map(([a, b]) => `${a} | ${b}`),
    ),
  };
}).type;

describe("Signature.toString", () => {
  it("is read again as equal fields, whatever types a string says", () => {
    expect(KNOWN.length).toBeGreaterThan(6);
    fc.assert(
      fc.property(fc.array(typeTexts, { maxLength: 3 }), typeTexts, (inputs, output) => {
        const text: string = `${inputs.map((type, index) => `f${index}: ${type}`).join(", ")} -> a: ${output}`;
        const made = signature(text);
        const again = signature(made.toString());
        expect(again.inputs).toEqual(made.inputs);
        expect(again.outputs).toEqual(made.outputs);
        expect(again.toString()).toBe(made.toString());
      }),
    );
  });

  it("says tuples of any length, code in a language and reasoning as DSPy reads them", () => {
    const made = signature("q: tuple[int, ...], r: Reasoning, i: Image -> a: Code['python'], b: Literal['it\\'s']");
    expect(made.toString()).toBe(
      `q: tuple[int, ...], r: dspy.Reasoning, i: dspy.Image -> a: dspy.Code['python'], b: Literal["it's"]`,
    );
  });
});
