import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Worker } from "../../bridge/index.ts";
import { DEFAULT_LIMITS } from "../../bridge/messages.ts";
import { systemClock } from "../../runtime/base/index.ts";
import { endWorkers, startWorker } from "./python-worker.ts";

/** A handler that was called off and never answers costs its worker its life after five seconds. */
describe("a call of Python that is called off", () => {
  let worker: Worker;
  beforeAll(async () => {
    worker = await startWorker();
  });
  afterAll(endWorkers);

  const isAlive = async () => expect(await worker.connection.start("echo", { value: 1 }).result).toBe(1);

  it.each(["nap", "nap-async"])("in the moment it is made ends soon by %s", async (handler) => {
    const controller = new AbortController();
    const call = worker.connection.start(handler, { seconds: 30 }, { signal: controller.signal });
    controller.abort();
    await expect(call.result).rejects.toMatchObject({ code: "BRIDGE_CALL_CANCELLED" });
    await call.done;
    await isAlive();
  });

  it("before its coroutine has begun ends once that could begin", async () => {
    const held = worker.connection.start("hold-loop", { seconds: 0.5 });
    const late = worker.connection.start("nap-async", { seconds: 30 }, { deadlineAt: systemClock.now() + 100 });
    await expect(late.result).rejects.toMatchObject({ code: "BRIDGE_CALL_TIMEOUT" });
    await held.result;
    await late.done;
    await isAlive();
  });

  it.each([
    ["ask", { name: "t", value: 1 }],
    ["ask-async", { name: "t", value: 1 }],
    ["take", { name: "t", most: 1 }],
    ["take-async", { name: "t", most: 1 }],
  ])("while it waits for room to ask, by %s, ends soon", async (handler, input) => {
    const limits = { ...DEFAULT_LIMITS, openRequests: 1 };
    const { connection } = await startWorker({ limits, modules: ["bridge_handlers", "host_callers"] });
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<unknown>();
    const serve = () => {
      asked.resolve();
      return answer.promise;
    };
    const first = connection.start("ask", { name: "t", value: 1 }, { serve });
    await asked.promise;
    const controller = new AbortController();
    const second = connection.start(handler, input, { serve, signal: controller.signal });
    second.result.catch(() => {});
    await connection.start("nap", { seconds: 0.1 }).result;
    controller.abort();
    await second.done;
    answer.resolve("late");
    expect(await first.result).toBe("late");
  });

  it("as it ends, again and again, ends all the same", async () => {
    for (let round = 0; round < 100; round++) {
      const controller = new AbortController();
      const calls = Array.from({ length: 6 }, (_, index) =>
        worker.connection.start("nap", { seconds: 0.021 + index * 0.004 }, { signal: controller.signal }),
      );
      for (const call of calls) call.result.catch(() => {});
      setTimeout(() => controller.abort(), 5);
      await Promise.all(calls.map((call) => call.done));
    }
    await isAlive();
  });
});
