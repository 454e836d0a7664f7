import { describe, expect, it } from "vitest";
import { checkedHandler, deadlineOf } from "../../actors/python-call-check.ts";

describe("checkedHandler", () => {
  it("lets names pass", () => expect(checkedHandler("embed")).toBe("embed"));

  it.each([5, "", null, undefined, {}, ["embed"]])("refuses %j", (handler) => {
    expect(() => checkedHandler(handler)).toThrow(expect.objectContaining({ code: "PYTHON_CALL_INVALID" }));
  });
});

describe("deadlineOf", () => {
  it("counts from now, and says nothing where nothing is said", () => {
    expect(deadlineOf(500, 1000)).toEqual({ deadlineAt: 1500 });
    expect(deadlineOf(Number.POSITIVE_INFINITY, 1000)).toEqual({ deadlineAt: Number.POSITIVE_INFINITY });
    expect(deadlineOf(undefined, 1000)).toEqual({});
  });

  it.each([Number.NaN, "5s", null, {}])("refuses %j", (timeoutMs) => {
    expect(() => deadlineOf(timeoutMs, 0)).toThrow(expect.objectContaining({ code: "PYTHON_CALL_INVALID" }));
  });
});
