import { describe, expect, it } from "vitest";
import { BaseError, errorCode, fromErrorRecord, isBaseError, toErrorRecord } from "../../runtime/base/index.ts";
import { UNREADABLE } from "./thrown.ts";

class Loud {
  toJSON() {
    return { said: "quietly" };
  }
}

describe("toErrorRecord", () => {
  it("makes plain JSON of whatever the details hold", () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    const details = { loud: new Loud(), nothing: undefined, many: 10n, cycle, run() {}, when: new Date(0) };
    const record = toErrorRecord(new BaseError("A_CODE", "said", { details }));
    expect(record.details).toEqual({
      loud: { said: "quietly" },
      many: "10",
      cycle: "[object Object]",
      when: "1970-01-01T00:00:00.000Z",
    });
    expect(JSON.parse(JSON.stringify(record))).toEqual(record);
  });

  it.each(UNREADABLE)("says what can be said of %s", (_what, thrown, message) => {
    expect(toErrorRecord(thrown())).toEqual({ name: "nocatch", message });
    expect(toErrorRecord(new Error("above", { cause: thrown() })).cause).toEqual({ name: "nocatch", message });
    expect(toErrorRecord(new BaseError("A_CODE", "said", { details: { of: thrown() } }))).toMatchObject({
      code: "A_CODE",
    });
    expect(isBaseError(thrown())).toBe(false);
    expect(typeof errorCode(thrown())).toBe("string");
  });

  it("has texts where an error was given others", () => {
    const error = Object.assign(new Error(), { message: { status: 500 }, stack: ["a"], name: 5 });
    expect(toErrorRecord(error)).toEqual({ name: "Error", message: '{"status":500}' });
  });

  it("reads back as an error of the same code, words and cause", () => {
    const error = new BaseError("A_CODE", "said", {
      cause: new TypeError("below"),
      retryable: true,
      details: { n: 1 },
    });
    const again = fromErrorRecord(toErrorRecord(error));
    expect(again).toMatchObject({ code: "A_CODE", message: "said", retryable: true, details: { n: 1 } });
    expect(again.cause).toMatchObject({ name: "TypeError", message: "below" });
  });
});
