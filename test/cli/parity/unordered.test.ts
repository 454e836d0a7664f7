import { describe, expect, it } from "vitest";
import { withSetsSorted } from "../../../cli/parity/unordered.ts";
import { Sequence } from "../../../programs/index.ts";

describe("withSetsSorted", () => {
  const set = { $: "set", value: [0, 1] };

  it("sorts what was recorded as a set, and nothing else", () => {
    expect(withSetsSorted([1, 0], set)).toEqual([0, 1]);
    expect(withSetsSorted(new Sequence("set", [1, 0]), set)).toEqual(new Sequence("set", [0, 1]));
    expect(withSetsSorted([1, 0], [0, 1])).toEqual([1, 0]);
    expect(withSetsSorted(new Sequence("tuple", [1, 0]), { $: "tuple", value: [0, 1] })).toEqual(
      new Sequence("tuple", [1, 0]),
    );
    expect(withSetsSorted("x", set)).toBe("x");
  });

  it("does so wherever the set is", () => {
    const recorded = { $: "dict", entries: [["a", [set]]] };
    expect(withSetsSorted({ a: [[1, 0]], b: [1, 0] }, recorded)).toEqual({ a: [[0, 1]], b: [1, 0] });
    expect(withSetsSorted(new Map([["a", [[1, 0]]]]), recorded)).toEqual(new Map([["a", [[0, 1]]]]));
  });
});
