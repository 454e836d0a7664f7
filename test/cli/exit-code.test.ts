import { describe, expect, it } from "vitest";
import { exitCodeOf } from "../../cli/exit-code.ts";
import { BaseError } from "../../index.ts";

describe("exitCodeOf", () => {
  it.each([
    ["CLI_USAGE", 2],
    ["PROGRAM_INPUT_INVALID", 2],
    ["CLI_EXPORT_MISSING", 3],
    ["EVALUATION_LINE_MALFORMED", 3],
    ["STORE_LOCKED", 3],
    ["STORE_FAILED", 1],
    ["LM_NOT_CONFIGURED", 3],
    ["LM_PROVIDER_UNKNOWN", 3],
    ["LM_KEY_MISSING", 4],
    ["LM_CIRCUIT_OPEN", 4],
    ["RUN_CODE_CHANGED", 3],
    ["RUN_DIVERGED", 1],
    ["PROGRAM_PARSE_FAILED", 1],
    ["RUN_CANCELLED", 130],
  ])("%s: %i", (code, expected) => expect(exitCodeOf(new BaseError(code, "…"))).toBe(expected));

  it("of what is no error of dspex: 1", () => {
    expect([exitCodeOf(new TypeError("x")), exitCodeOf("x")]).toEqual([1, 1]);
  });
});
