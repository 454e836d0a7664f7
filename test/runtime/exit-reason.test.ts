import { describe, expect, it } from "vitest";
import { BaseError, describeReason, type ExitReason, Failure, HandledMessage, isClean } from "../../runtime/index.ts";

describe("isClean", () => {
  it.each([
    ["normal", true],
    ["shutdown", true],
    [{ shutdown: 1 }, true],
    ["killed", false],
    ["kill", false],
    ["noproc", false],
    [{ exit: "x" }, false],
    [new Failure(new Error("x")), false],
  ] as const)("of %j is %s", (reason: ExitReason, expected) => {
    expect(isClean(reason)).toBe(expected);
  });
});

describe("describeReason", () => {
  it("says each reason in one line", () => {
    const cycle: { self?: unknown } = {};
    cycle.self = cycle;
    expect(describeReason("killed")).toBe("killed");
    expect(describeReason({ shutdown: { code: 3 } })).toBe('shutdown: {"code":3}');
    expect(describeReason({ exit: "gone" })).toBe("exit: gone");
    expect(describeReason({ exit: cycle })).toBe("exit: [object Object]");
    expect(describeReason({ exit: undefined })).toBe("exit: undefined");
    expect(describeReason(new Failure(new BaseError("STORE_LOCKED", "held")))).toBe("STORE_LOCKED: held");
    expect(describeReason(new Failure("text"))).toBe("nocatch: text");
  });
});

describe("Failure", () => {
  it("goes to JSON without the payload of its message", () => {
    const failure = new Failure(new TypeError("bad"), new HandledMessage("call", "login", { password: "secret" }));
    const json = JSON.parse(JSON.stringify(failure));
    expect(json).toMatchObject({
      failure: { name: "TypeError", message: "bad" },
      message: { kind: "call", name: "login" },
    });
    expect(JSON.stringify(failure)).not.toContain("secret");
  });
});
