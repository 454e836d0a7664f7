// Handlers that fail in ways of their own: each ends its own call, and no other.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Worker } from "../../bridge/index.ts";
import { endWorkers, startWorker } from "./python-worker.ts";

describe("a handler that fails in a way of its own", () => {
  let worker: Worker;
  beforeAll(async () => {
    worker = await startWorker({ modules: ["bridge_handlers", "raising"] });
  });
  afterAll(endWorkers);
  const call = (handler: string, input?: unknown, options = {}) =>
    worker.connection.start(handler, input, options).result;

  describe.each(["raise", "raise-async"])("by %s", (handler) => {
    it.each([
      ["whose request cannot be read", "unsent", "raising.Unsent", "refused"],
      ["whose text cannot be read", "mute", "raising.Mute", expect.stringContaining("Mute object")],
    ])("tells of an exception %s", async (_what, kind, type, pythonMessage) => {
      await expect(call(handler, { kind })).rejects.toMatchObject({
        code: "BRIDGE_PYTHON_ERROR",
        details: { type, pythonMessage },
      });
    });
  });

  it("goes on leading where it was short so far", async () => {
    for (let number = 0; number < 10; number++) await call("raise", { kind: null });
    const meanwhile = call("nap", { seconds: 0.5 });
    await expect(call("raise", { kind: "unsent" })).rejects.toMatchObject({ message: "raising.Unsent: refused" });
    expect(await meanwhile).toMatch(/^dspex-/);
  });

  it("leaves the loop of all coroutines running", async () => {
    const meanwhile = call("nap-async", { seconds: 0.5 });
    await expect(call("leave-async")).rejects.toMatchObject({
      code: "BRIDGE_PYTHON_ERROR",
      details: { type: "SystemExit", pythonMessage: "3" },
    });
    expect(await call("stop-loop")).toBe("went on");
    expect(await call("echo-async", { value: 1 })).toBe(1);
    expect(await meanwhile).toBeNull();
  });

  it.each([{ x: 1 }, null, [1], "session", { session: 1 }, { session: new Set([1]) }, { session: null }])(
    "such as the end of no session, %j, fails alone",
    async (input) => {
      await expect(call("dspex.end-session", input)).rejects.toMatchObject({ code: "BRIDGE_PAYLOAD_INVALID" });
      expect(await call("echo", { value: 1 })).toBe(1);
    },
  );
});
