import { describe, expect, it } from "vitest";
import { withTracebacks } from "../../../cli/parity/tracebacks.ts";

describe("withTracebacks", () => {
  const expected = "Execution error in search: \n<Python traceback>\n\nNext";

  it("takes a message for the traceback that stands in its place", () => {
    expect(withTracebacks("Execution error in search: boom (1)\n\nNext", expected)).toBe(expected);
    expect(withTracebacks({ a: ["x: boom"] }, { a: ["x: <Python traceback>"] })).toEqual({
      a: ["x: <Python traceback>"],
    });
  });

  it("leaves what differs otherwise, and texts without a traceback, as they were found", () => {
    for (const found of ["Execution error in look: boom\n\nNext", "Execution error in search: boom\n\nLast"]) {
      expect(withTracebacks(found, expected)).toBe(found);
    }
    expect(withTracebacks("a", "b")).toBe("a");
    expect(withTracebacks({ a: 1, b: null }, { a: 2 })).toEqual({ a: 1, b: null });
  });
});
