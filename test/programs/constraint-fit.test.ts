import { describe, expect, it } from "vitest";
import { type FieldOptions, signature, signatureOf, validate } from "../../programs/index.ts";

function bounded(type: string, constraints: object, compat?: "dspy-3.3.1"): () => unknown {
  // What only callers without a compiler write.
  const fields = { n: { constraints } as FieldOptions };
  return () => signature(`q -> n: ${type}` as string, { fields, ...(compat === undefined ? {} : { compat }) });
}

describe("constraints that nothing could be held against", () => {
  it.each([
    ["str", { ge: 5 }, "ge", "`ge` does not fit `n`; what fits str is `minLength`, `maxLength`, `pattern`"],
    ["list[int]", { ge: 5 }, "ge", "what fits list[int] is `minLength`, `maxLength`"],
    ["int", { gte: 5 }, "gte", "is no constraint; what fits int is `gt`, `ge`"],
    ["int", { toString: 5 }, "toString", "is no constraint"],
    ["int", { maxLength: 5 }, "maxLength", "does not fit"],
    ["bool", { ge: 0 }, "ge", "no constraint fits bool"],
    ["dict", { minLength: 1 }, "minLength", "no constraint fits dict"],
    ["Literal['a']", { le: 1 }, "le", "does not fit"],
    ["int", { ge: "5" }, "ge", "must be a number, got 5"],
    ["int", { ge: Number.NaN }, "ge", "must be a number, got NaN"],
    ["str", { pattern: 5 }, "pattern", "must be a string"],
  ])("are refused: %s with %o", (type, constraints, constraint, problem) => {
    expect(bounded(type, constraints)).toThrow(
      expect.objectContaining({
        code: "SIGNATURE_INVALID",
        message: expect.stringContaining(problem),
        details: expect.objectContaining({ field: "n", constraint }),
      }),
    );
    const made = signature("q -> n: Any");
    const options = { constraints } as FieldOptions;
    expect(() => signatureOf({ inputs: { q: "str" }, outputs: { n: { type, ...options } as object } })).toThrow(
      problem,
    );
    expect(() => made.append("output", "n2", type as "str", options)).toThrow(`\`${constraint}\``);
  });

  it.each([
    ["int", { ge: 1, gt: 0, le: 3, lt: 4, multipleOf: 1 }],
    ["Optional[float]", { ge: 0 }],
    ["str | int", { ge: 0, maxLength: 3, pattern: "x" }],
    ["set[int]", { minLength: 1 }],
    ["Any", { ge: 0, maxLength: 3 }],
    ["Literal[1, 2]", { ge: 0 }],
    ["int", { ge: undefined }],
  ])("do not include those that fit: %s with %o", (type, constraints) => {
    expect(bounded(type, constraints)).not.toThrow();
  });

  it("are worded alone under `compat`, as in DSPy", () => {
    expect(bounded("str", { ge: 5 }, "dspy-3.3.1")()).toMatchObject({
      outputs: [{ constraintsText: "greater than or equal to: 5" }],
    });
  });

  it("are refused in a change, too", () => {
    const made = signature("q -> n: str");
    expect(() => made.withUpdatedFields("n", { constraints: { le: 1 } })).toThrow("`le` does not fit `n`");
  });

  it("count the items of a set", () => {
    const made = signature("q: set[int] -> n", { fields: { q: { constraints: { minLength: 2 } } } });
    expect(validate({ q: new Set([1]) }, made).valid).toBe(false);
    expect(validate({ q: new Set([1, 2]) }, made).valid).toBe(true);
  });
});
