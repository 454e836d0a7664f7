import { describe, expect, it } from "vitest";
import { quotableText, retryAfterMs } from "../../lm/http-errors.ts";

describe("retryAfterMs", () => {
  const wallMs = Date.parse("Wed, 21 Oct 2015 07:28:00 GMT");

  it.each([
    [{ "retry-after": "2" }, 2000],
    [{ "retry-after": "0" }, 0],
    [{ "retry-after": "0.25" }, 250],
    [{ "retry-after-ms": "120", "retry-after": "9" }, 120],
    [{ "retry-after": ["3", "4"] }, 3000],
    [{ "retry-after": "Wed, 21 Oct 2015 07:28:05 GMT" }, 5000],
    [{ "retry-after": "Wed, 21 Oct 2015 07:27:00 GMT" }, 0],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after": "-1" }, undefined],
    [{ "retry-after": "" }, undefined],
    [{}, undefined],
  ])("reads %j", (headers, expected) => {
    expect(retryAfterMs(headers, wallMs)).toBe(expected);
  });
});

describe("quotableText", () => {
  const asItIs = (text: string) => text;

  it("takes the message out of the usual shapes", () => {
    expect(quotableText('{"error":{"message":"a"}}', asItIs)).toBe("a");
    expect(quotableText('{"error":"a"}', asItIs)).toBe("a");
    expect(quotableText('{"message":"a"}', asItIs)).toBe("a");
    expect(quotableText('{"detail":"a"}', asItIs)).toBe("a");
    expect(quotableText("plain\n text", asItIs)).toBe("plain text");
  });

  it("cuts what is long, after taking the key out", () => {
    const text = quotableText(`${"x".repeat(395)}sk-secret${"y".repeat(500)}`, (whole) =>
      whole.replaceAll("sk-secret", "[redacted]"),
    );
    expect(text.length).toBeLessThanOrEqual(401);
    expect(text).not.toContain("sk-");
  });
});
