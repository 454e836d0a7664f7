import { describe, expect, it } from "vitest";
import { BaseError } from "../../runtime/base/index.ts";
import { describeReason, Failure, HandledMessage } from "../../runtime/exit-reason.ts";
import { rememberedExit } from "../../runtime/remembered-exit.ts";

describe("rememberedExit", () => {
  it("keeps clean ends and names of ends as they are", () => {
    for (const reason of ["normal", "shutdown", "killed", "kill", "noproc"] as const)
      expect(rememberedExit(reason)).toBe(reason);
    expect(rememberedExit({ shutdown: { for: "repair" } })).toEqual({ shutdown: { for: "repair" } });
    expect(rememberedExit({ exit: 5 })).toEqual({ exit: 5 });
  });

  it("keeps of a failure what is said of it, and lets the rest go", () => {
    const cause = new Error("underneath");
    const thrown = new BaseError("LM_GONE", "no answer", {
      cause,
      retryable: true,
      details: { bytes: new Uint8Array(5) },
    });
    const failure = new Failure(thrown, new HandledMessage("call", "ask", { large: "x".repeat(10_000) }));
    const kept = rememberedExit(failure);
    expect(describeReason(kept)).toBe(describeReason(failure));
    const { thrown: error, message } = kept as Failure;
    expect(error).toMatchObject({ code: "LM_GONE", message: "no answer", retryable: true, details: {} });
    expect(error).not.toHaveProperty("cause");
    expect(message).toEqual(new HandledMessage("call", "ask", undefined));
    expect((kept as Failure).record.stack ?? "").not.toContain("remembered-exit");
  });

  it("keeps the name of an error's class, and takes stacks again afterwards", () => {
    const before = Error.stackTraceLimit;
    expect(rememberedExit(new Failure(new RangeError("too far")))).toMatchObject({ thrown: { name: "RangeError" } });
    expect(Error.stackTraceLimit).toBe(before);
  });

  it.each([
    ["a message", new Failure(new Error("y".repeat(10_000)))],
    ["a text that was thrown", new Failure("y".repeat(10_000))],
    ["a term", { exit: { text: "y".repeat(10_000) } }],
  ])("cuts %s that is too long", (_, reason) => {
    expect(describeReason(rememberedExit(reason)).length).toBeLessThan(600);
  });

  it("says in words what JSON cannot", () => {
    const circle: { self?: object } = {};
    circle.self = circle;
    expect(typeof (rememberedExit({ exit: circle }) as { readonly exit: unknown }).exit).toBe("string");
  });
});
