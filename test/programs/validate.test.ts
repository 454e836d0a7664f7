import { describe, expect, expectTypeOf, it } from "vitest";
import { compileSignature, enumOf, signature, signatureOf, type Validation, validate } from "../../programs/index.ts";
import { email, range } from "./plain-schema.ts";

const made = signature("question: str, n: int = 3, tags: Optional[list[str]] -> sure: float, on: date", {
  fields: { n: { constraints: { le: 5 } }, question: { constraints: { minLength: 2, pattern: "\\?$" } } },
});

function problemsOf(result: Validation<object>): unknown {
  return result.valid ? [] : result.problems.map(({ field, problem }) => [field, problem]);
}

describe("validate", () => {
  it("answers the values with defaults filled in", () => {
    const result = validate({ question: "why?" }, made);
    expect(result).toEqual({ valid: true, values: { question: "why?", n: 3 } });
    if (result.valid) {
      expectTypeOf(result.values).toEqualTypeOf<{ question: string; n?: number; tags?: string[] | null }>();
    }
  });

  it("says all that is wrong: what is missing, of another type, out of bounds, or unknown", () => {
    const result = validate({ n: 9, tags: [1], questoin: "x" }, made);
    expect(result).toEqual({
      valid: false,
      problems: [
        { field: "question", problem: "missing", message: "The input `question` is missing." },
        { field: "n", problem: "constraint", message: "`n` breaks a constraint: 9 is not less than or equal to 5." },
        {
          field: "tags",
          problem: "mismatched",
          message: "`tags` must be Union[list[str], NoneType]; found a list.",
        },
        { field: "questoin", problem: "unknown", message: "There is no input `questoin`; did you mean `question`?" },
      ],
    });
  });

  it("holds texts against lengths and patterns", () => {
    expect(problemsOf(validate({ question: "?" }, made))).toEqual([["question", "constraint"]]);
    expect(problemsOf(validate({ question: "why" }, made))).toEqual([["question", "constraint"]]);
  });

  it("validates outputs, moments included", () => {
    expect(validate({ sure: 1, on: "2024-01-02" }, made, "output").valid).toBe(true);
    expect(problemsOf(validate({ sure: "1", on: "some day" }, made, "output"))).toEqual([
      ["sure", "mismatched"],
      ["on", "mismatched"],
    ]);
  });

  it.each([null, [], "text", 3, undefined])("refuses %j for data", (data) => {
    expect(problemsOf(validate(data, made))).toEqual([["*", "not-an-object"]]);
  });

  it("holds schemas, and has them make the values", () => {
    const schemas = signatureOf({ inputs: { who: email }, outputs: range });
    expect(validate({ who: "A@B.c" }, schemas)).toEqual({ valid: true, values: { who: "a@b.c" } });
    expect(problemsOf(validate({ who: "x" }, schemas))).toEqual([["who", "schema"]]);
    expect(problemsOf(validate({ lo: 3, hi: 2 }, schemas, "output"))).toEqual([["*", "schema"]]);
  });

  it("takes a `__proto__` of JSON for an unknown field", () => {
    expect(problemsOf(validate(JSON.parse('{"question": "a?", "__proto__": {"n": 1}}'), made))).toEqual([
      ["__proto__", "unknown"],
    ]);
  });
});

describe("compileSignature", () => {
  it("reads a string once, and writes values as JSON", () => {
    const compiled = compileSignature("on: datetime, tags: set[str] -> mood: Mood", {
      types: { Mood: enumOf(["good", "bad"]) },
    });
    expect(compileSignature(compiled.signature)).toBe(compiled);
    const values = { on: new Date("2024-01-02T03:04:05Z"), tags: new Set(["a"]) };
    expect(compiled.validateInputs(values).valid).toBe(true);
    expect(compiled.toJson(values)).toEqual({ on: "2024-01-02T03:04:05Z", tags: ["a"] });
    expect(problemsOf(compiled.validateOutputs({ mood: "so so" }))).toEqual([["mood", "mismatched"]]);
  });

  it("passes a parse error through", () => {
    const text: string = "q -> a: strr";
    expect(() => compileSignature(text)).toThrow(expect.objectContaining({ code: "SIGNATURE_INVALID" }));
  });
});
