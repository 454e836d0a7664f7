// A pool over workers that do nothing until the test says so.
// Knows no case.
import { type BridgeEvent, type Ready, WorkerPool } from "../../bridge/index.ts";
import type { StartHooks, WorkerPoolOptions } from "../../bridge/pool-options.ts";
import { createManualClock, type ManualClock } from "../../testing/index.ts";
import { READY } from "./fake-worker.ts";

/** A call that a worker has been given. */
export interface MadeCall {
  readonly worker: string;
  readonly handler: string;
  readonly answer: (value: unknown) => void;
  readonly fail: (error: unknown) => void;
}

/** Makes one; the calls, hooks and ends of its workers are under the test's control. */
export function poolOf(options: Partial<WorkerPoolOptions> = {}, { startMs = 0, drained = Promise.resolve() } = {}) {
  const clock: ManualClock = createManualClock();
  const calls: MadeCall[] = [];
  const hooks: StartHooks[] = [];
  const ended: string[] = [];
  const events: string[] = [];
  let failure: unknown;
  const pool = new WorkerPool({
    poolName: "general",
    clock,
    events: {
      has: () => true,
      emit: (type: BridgeEvent["type"]) => events.push(type),
    },
    start: async (hook) => {
      const worker = `w${hooks.push(hook)}`;
      const calledOff = new Promise<never>((_, reject) => {
        hook.signal.addEventListener("abort", () => {
          ended.push(`${worker} called off`);
          reject(hook.signal.reason);
        });
      });
      calledOff.catch(() => {});
      if (startMs > 0)
        await Promise.race([new Promise<void>((resolve) => clock.setTimer(startMs, resolve)), calledOff]);
      if (failure !== undefined) throw failure;
      return {
        worker,
        ready: { ...(READY.ready as Ready), handlers: [{ name: "echo", kind: "sync" }] },
        connection: {
          start: (handler: string) => {
            const { promise, resolve, reject } = Promise.withResolvers<unknown>();
            calls.push({ worker, handler, answer: resolve, fail: reject });
            return {
              result: promise,
              done: promise.then(
                () => {},
                () => {},
              ),
            };
          },
        } as never,
        drain: async () => {
          ended.push(`${worker} drained`);
          await drained;
        },
        kill: async () => {
          ended.push(`${worker} killed`);
        },
      };
    },
    ...options,
  });
  return { pool, clock, calls, hooks, ended, events, failStarts: (error: unknown) => (failure = error) };
}
