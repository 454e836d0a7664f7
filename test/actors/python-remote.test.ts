import { describe, expect, it } from "vitest";
import { pythonRemote } from "../../actors/python-remote.ts";
import { callTimeout } from "../../bridge/index.ts";
import type { RemoteContext } from "../../programs/index.ts";
import { createManualClock } from "../../testing/index.ts";

/** A remote over pools that describe a program when the test says so, and run it at once. */
function remote() {
  const clock = createManualClock();
  const described: PromiseWithResolvers<unknown>[] = [];
  const pools: Parameters<typeof pythonRemote>[0] = {
    clock,
    mayRun: () => true,
    learn: async () => {},
    run: async (_pool, handler, _input, options) => {
      if (handler !== "dspex.describe") return { outputs: { answer: handler } };
      expect(options).not.toHaveProperty("signal");
      const asked = Promise.withResolvers<unknown>();
      described.push(asked);
      return asked.promise;
    },
  };
  const port = pythonRemote(pools);
  const request = { target: "Registered", args: [], signature: { inputs: [] }, inputs: {}, tools: [], options: {} };
  const run = (bounds: Partial<RemoteContext> = {}) => {
    const context = { signal: new AbortController().signal, settings: {}, isStreamed: false, ...bounds };
    // As much of both as a run without tools or a model looks at.
    return port.run(request as never, context as never);
  };
  return { clock, described, run };
}

describe("pythonRemote", () => {
  it("describes a program once for all who ask, each in its own bounds", async () => {
    const { clock, described, run } = remote();
    const controller = new AbortController();
    const aborted = expect(run({ signal: controller.signal })).rejects.toMatchObject({ code: "BRIDGE_CALL_CANCELLED" });
    const late = expect(run({ deadlineAt: 100 })).rejects.toMatchObject({ code: "BRIDGE_CALL_TIMEOUT" });
    const patient = run();
    controller.abort();
    await aborted;
    await clock.advance(100);
    await late;
    expect(described).toHaveLength(1);
    described[0]?.resolve({ way: "sync" });
    expect(await patient).toEqual({ answer: "dspex.run" });
  });

  it("asks again for one who has more time than the pool gave", async () => {
    const { clock, described, run } = remote();
    const outcome = run({ deadlineAt: 1000 });
    const short = expect(run()).rejects.toMatchObject({ code: "BRIDGE_CALL_TIMEOUT" });
    await clock.settle();
    described[0]?.reject(callTimeout("dspex.describe", 1));
    await short;
    await clock.settle();
    described[1]?.resolve({ way: "async" });
    expect(await outcome).toEqual({ answer: "dspex.arun" });
  });
});
