import { describe, expect, it } from "vitest";
import {
  checkedCall,
  checkedHandler,
  checkedSession,
  checkedSessionCall,
  checkedSessionStream,
  checkedStream,
  deadlineOf,
} from "../../actors/python-call-check.ts";

describe("checkedHandler", () => {
  it("lets names pass", () => expect(checkedHandler("embed")).toBe("embed"));

  it.each([5, "", null, undefined, {}, ["embed"], "x".repeat(1001), "\ud800"])("refuses %j", (handler) => {
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

describe("the options of calls to Python", () => {
  // What a caller passes past the compiler.
  const given = (options: object) => options as never;

  it("pass where they are known", () => {
    const options = {
      pool: "a",
      needs: { gpu: "any" },
      affinity: { key: "k", mode: "strict-queue", ttlMs: 1 },
    } as const;
    expect(checkedCall({ ...options, repeatable: true })).toMatchObject(options);
    expect(checkedStream({ ...options, credit: 3 })).toMatchObject(options);
    expect(checkedSession({ ttlMs: 5, timeoutMs: 0 })).toEqual({ ttlMs: 5, timeoutMs: 0 });
    expect(checkedSessionCall({ timeoutMs: 5 })).toEqual({ timeoutMs: 5 });
    expect(checkedSessionStream({ credit: 5 })).toEqual({ credit: 5 });
  });

  it.each([
    ["call", () => checkedCall(given({ timeoutms: 5 })), 'Did you mean "timeoutMs"?'],
    ["stream", () => checkedStream(given({ credits: 5 })), 'Did you mean "credit"?'],
    ["session", () => checkedSession(given({ ttl: 5 })), 'runtime.python.session has no option "ttl"'],
    ["a session's call", () => checkedSessionCall(given({ repeatable: true })), 'no option "repeatable"'],
    ["a session's stream", () => checkedSessionStream(given({ affinity: {} })), 'no option "affinity"'],
    ["needs", () => checkedCall({ needs: given({ gpus: 1 }) }), 'needs has no option "gpus". Did you mean "gpu"?'],
    ["affinity", () => checkedStream({ affinity: given({ kee: "a" }) }), 'Did you mean "key"?'],
    ["none", () => checkedCall(given(5 as never)), "to be an object, got the number 5"],
  ])("are refused where %s has no such one", (_where, check, message) => {
    expect(check).toThrow(
      expect.objectContaining({ code: "RUN_OPTIONS_INVALID", message: expect.stringContaining(message) }),
    );
  });

  it.each([
    ["call", () => checkedCall({ signal: given(new AbortController()) }), "got an AbortController; pass its `signal`"],
    [
      "stream",
      () => checkedStream({ signal: given({ aborted: false }) }),
      "`signal` to be an AbortSignal, got an object",
    ],
    ["session", () => checkedSession({ signal: given(new AbortController()) }), "`signal`"],
    ["a session's call", () => checkedSessionCall({ onLog: given([]) }), "`onLog` to be a function, got a list"],
    ["a session's stream", () => checkedSessionStream({ onProgress: given({}) }), "`onProgress`"],
    ["call's serve", () => checkedCall({ serve: given({}) }), "`serve`"],
    ["call's onRepeat", () => checkedCall({ onRepeat: given({}) }), "`onRepeat`"],
  ])("are refused where %s listens by what is no signal or function", (_where, check, message) => {
    expect(check).toThrow(
      expect.objectContaining({ code: "RUN_OPTIONS_INVALID", message: expect.stringContaining(message) }),
    );
  });

  it.each([
    ["a key that is none", () => checkedCall({ affinity: { key: given(5 as never) } }), "`affinity.key`"],
    ["an empty key", () => checkedStream({ affinity: { key: "" } }), "`affinity.key`"],
    [
      "a mode that is none",
      () => checkedCall({ affinity: { key: "a", mode: given("strict" as never) } }),
      "strict-queue",
    ],
    ["a key's time of 0", () => checkedCall({ affinity: { key: "a", ttlMs: 0 } }), "`affinity.ttlMs`"],
    ["tools that are a list", () => checkedCall({ tools: given([]) }), "`tools` to be an object"],
    [
      "a tool that is none",
      () => checkedStream({ tools: { add: given(5 as never) } }),
      "`tools.add` to be a tool or a function",
    ],
    ["a session's tool that is none", () => checkedSession({ tools: { add: given(null as never) } }), "`tools.add`"],
    ["a session's time of 0", () => checkedSession({ ttlMs: 0 }), "`ttlMs`"],
    ["a session's time that is no number", () => checkedSession({ ttlMs: Number.NaN }), "`ttlMs`"],
  ])("are refused with %s", (_what, check, message) => {
    expect(check).toThrow(
      expect.objectContaining({ code: "PYTHON_CALL_INVALID", message: expect.stringContaining(message) }),
    );
  });
});
