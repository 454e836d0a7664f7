import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { features, stem } from "../../../lm/in-context/features.ts";
import { schemaInstance } from "../../../lm/in-context/schema-instance.ts";
import { seededDraws } from "../../../lm/in-context/seeded-draw.ts";
import { similarities } from "../../../lm/in-context/similarity.ts";
import { blend, choose, countVotes } from "../../../lm/in-context/vote.ts";

const evidence = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 });

describe("similarities", () => {
  it("is 1 for the same text, 0 for texts with nothing in common, and symmetric in between", () => {
    const [same, other, near] = similarities("broken green lamp", ["broken green lamp", "zzz qqq", "broken red lamps"]);
    expect(same).toBeCloseTo(1, 10);
    expect(other).toBe(0);
    expect(near).toBeGreaterThan(0.1);
    expect(near).toBeLessThan(0.9);
  });

  it("stays between 0 and 1 for any texts", () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string(), { maxLength: 6 }), (text, others) => {
        const found = similarities(text, others);
        expect(found).toHaveLength(others.length);
        for (const each of found) expect(each >= 0 && each <= 1 + 1e-9).toBe(true);
      }),
    );
  });

  it("trusts rare words more than common ones", () => {
    const [rare, common] = similarities("lamp radish", ["radish soup", "lamp cable", "lamp box", "lamp light"]);
    expect(rare).toBeGreaterThan(common ?? 1);
  });
});

describe("features", () => {
  it("lets forms of one word meet and leaves grammar out", () => {
    expect(new Set(["cancelled", "cancelling", "cancellation", "cancel"].map(stem)).size).toBe(1);
    expect(stem("crashes")).toBe(stem("crashing"));
    expect([...features("the lamp and it")]).toEqual([...features("lamp")]);
    expect(features("this and that").size).toBeGreaterThan(0);
  });
});

describe("countVotes and blend", () => {
  it("are shares of one whole wherever there is evidence", () => {
    fc.assert(
      fc.property(evidence, evidence, fc.nat(50), fc.nat(50), (similar, prior, count, weight) => {
        fc.pre(similar.some((each) => each > 1e-6) && prior.some((each) => each > 1e-6) && count + weight > 0);
        const values = similar.map((_, index) => String(index));
        const votes = countVotes(
          similar.map((similarity, index) => ({ value: String(index), similarity })),
          values,
        );
        const padded = values.map((_, index) => prior[index] ?? 0);
        fc.pre(padded.some((each) => each > 1e-6));
        const total = blend(votes, padded, count, weight).reduce((sum, each) => sum + each, 0);
        expect(total).toBeCloseTo(1, 6);
      }),
    );
  });

  it("lets demonstrations outweigh the prior as they grow in number", () => {
    const at = (count: number) => blend([1, 0], [0, 1], count, 16)[0] ?? 0;
    expect([at(0), at(16)]).toEqual([0, 0.5]);
    expect(at(64)).toBeCloseTo(0.8, 10);
  });
});

describe("choose", () => {
  it("takes the highest, the first among equals, when cold", () => {
    expect(choose([0.2, 0.5, 0.5], 0, 0.99)).toBe(1);
    expect(choose([0, 0, 0], 1, 0.99)).toBe(0);
  });

  it("never takes what is far from the highest, however hot", () => {
    fc.assert(
      fc.property(
        evidence,
        fc.double({ min: 0, max: 5, noNaN: true }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (given, hot, draw) => {
          const chosen = given[choose(given, hot, draw)] ?? -1;
          expect(chosen).toBeGreaterThanOrEqual(Math.max(...given) * 0.5);
        },
      ),
    );
  });
});

describe("seededDraws", () => {
  it("repeats itself for a seed, differs between seeds, and fills [0, 1)", () => {
    const take = (seed: string) =>
      Array.from(
        { length: 400 },
        (
          (draw) => () =>
            draw()
        )(seededDraws(seed)),
      );
    expect(take("a")).toEqual(take("a"));
    expect(take("a")).not.toEqual(take("b"));
    expect(take("a").every((each) => each >= 0 && each < 1)).toBe(true);
    const mean = take("a").reduce((sum, each) => sum + each, 0) / 400;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.06);
  });
});

describe("schemaInstance", () => {
  it("fills what is required and nothing else", () => {
    const schema = {
      type: "object",
      $defs: { Kind: { enum: ["x", "y"] } },
      properties: {
        kind: { $ref: "#/$defs/Kind" },
        many: { type: "array", items: { type: "integer", minimum: 3 }, minItems: 2 },
        pair: { type: "array", prefixItems: [{ type: "boolean" }, { type: "string", minLength: 2 }] },
        none: { anyOf: [{ type: "integer" }, { type: "null" }] },
        day: { type: "string", format: "date" },
        set: { type: "string", default: "d" },
        optional: { type: "string" },
      },
      required: ["kind", "many", "pair", "none", "day", "set"],
    } as const;
    expect(schemaInstance(schema)).toEqual({
      kind: "x",
      many: [3, 3],
      pair: [false, "--"],
      none: null,
      day: "1970-01-01",
      set: "d",
    });
  });

  it("ends for a schema that contains itself", () => {
    const tree = {
      $ref: "#/$defs/Tree",
      $defs: { Tree: { type: "object", properties: { next: { $ref: "#/$defs/Tree" } }, required: ["next"] } },
    } as const;
    expect(JSON.stringify(schemaInstance(tree))).toMatch(/null/);
  });
});
