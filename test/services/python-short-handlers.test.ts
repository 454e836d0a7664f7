// Handlers that were short so far, and so are run by the thread that reads the stream, until one is not.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Worker } from "../../bridge/index.ts";
import { systemClock } from "../../runtime/base/index.ts";
import { startWorker } from "./python-worker.ts";

const READER = "dspex-stream";

describe("a handler that was short so far", () => {
  let worker: Worker;
  beforeEach(async () => {
    worker = await startWorker({ heartbeat: { intervalMs: 200, misses: 5 } });
    // Until it is the reading thread that runs it: on a busy machine a short call may take long too.
    await expect.poll(async () => await call("nap", { seconds: 0 }).result).toBe(READER);
    await expect.poll(async () => await call("sometimes_ask", { name: "" }).result).toEqual([READER, null]);
  });
  afterEach(() => worker.kill());
  const call = (handler: string, input: unknown, options = {}) => worker.connection.start(handler, input, options);

  it("holds up nobody when it is not", async () => {
    // Longer than the worker may be silent: pings are answered meanwhile.
    const long = call("nap", { seconds: 5 });
    for (let number = 0; number < 100; number++) expect(await call("echo", { value: number }).result).toBe(number);
    let status: "napping" | "over" = "napping";
    void long.result.then(() => {
      status = "over";
    });
    expect(status).toBe("napping");
    expect(await long.result).toMatch(/^dspex-/);
    expect(await call("echo", { value: 1 }).result).toBe(1);
  });

  it("is called off like any other", async () => {
    const controller = new AbortController();
    const cancelled = call("nap", { seconds: 1000 }, { signal: controller.signal });
    expect(await call("echo", { value: 1 }).result).toBe(1);
    controller.abort();
    await expect(cancelled.result).rejects.toMatchObject({ code: "BRIDGE_CALL_CANCELLED" });
    await cancelled.done;
    const late = call("nap", { seconds: 1000 }, { deadlineAt: systemClock.now() + 1000 });
    await expect(late.result).rejects.toMatchObject({ code: "BRIDGE_CALL_TIMEOUT" });
    await late.done;
    expect(await call("echo", { value: 1 }).result).toBe(1);
  });

  it("may ask its host, and be called back meanwhile", async () => {
    const serve = async () => await call("sometimes_ask", { name: "" }).result;
    const [thread, answer] = (await call("sometimes_ask", { name: "again" }, { serve }).result) as unknown[];
    expect(thread).toMatch(/^dspex-/);
    expect(answer).toEqual([expect.any(String), null]);
  });

  it("may be many at once", async () => {
    const naps = Array.from({ length: 50 }, () => call("nap", { seconds: 0.05 }).result);
    const echoes = Array.from({ length: 200 }, (_, number) => call("echo", { value: number }).result);
    expect(await Promise.all(echoes)).toEqual(Array.from({ length: 200 }, (_, number) => number));
    expect(await Promise.all(naps)).toHaveLength(50);
  });
});
