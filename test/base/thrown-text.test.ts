import { describe, expect, it } from "vitest";
import { thrownText } from "../../runtime/base/index.ts";
import { UNREADABLE } from "./thrown.ts";

describe("thrownText", () => {
  it.each([
    ["an error's message", new TypeError("said"), "said"],
    ["a text", "said", "said"],
    ["an object as JSON", { status: 500 }, '{"status":500}'],
    ["nothing", undefined, "undefined"],
    ["null", null, "null"],
    ["a number", Number.NaN, "NaN"],
    ["a symbol", Symbol("s"), "Symbol(s)"],
    ["an error's message that is no text", Object.assign(new Error(), { message: { status: 500 } }), '{"status":500}'],
  ])("says %s", (_what, thrown, text) => expect(thrownText(thrown)).toBe(text));

  it.each(UNREADABLE)("says something of %s", (_what, thrown, text) => expect(thrownText(thrown())).toBe(text));
});
