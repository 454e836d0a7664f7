import { describe, expect, it } from "vitest";
import type { PythonSettings } from "../../actors/python-options.ts";
import { pythonSettingsProblem } from "../../actors/python-settings-check.ts";
import { createRuntime } from "../../index.ts";

/** What is said of one pool's options. Nothing a caller passes is checked by the compiler here. */
function problemOfPool(options: unknown): unknown {
  return pythonSettingsProblem({ pools: { general: options as never } });
}

describe("pythonSettingsProblem", () => {
  it("lets all options of a pool pass", () => {
    const protocol = { contentType: "text/plain", encode: () => new Uint8Array(), decode: () => null };
    const all: PythonSettings = {
      interpreter: "python3",
      pools: {
        general: {},
        neural: {
          size: 4,
          callsPerWorker: Number.POSITIVE_INFINITY,
          maxQueued: 0,
          timeoutMs: 0.5,
          recycle: { calls: 100, ageMs: 60_000, rssBytes: 1e9 },
          spares: 1,
          interpreter: "/usr/bin/python3",
          modules: ["a"],
          paths: [],
          env: { A: "1" },
          dspy: false,
          startBy: "spawn",
          preload: ["torch"],
          gpu: ["0"],
          work: ["embedding"],
          memoryLimitBytes: 8e9,
          startTimeoutMs: 1000,
          heartbeat: { intervalMs: 500, misses: 2 },
          cancelGraceMs: 0,
          limits: { payloadBytes: 1e9, silenceMs: 1000, chunkBytes: 2 ** 21, batchBytes: 2 ** 21 },
          protocols: [protocol],
        },
      },
    };
    expect(pythonSettingsProblem(all)).toBeUndefined();
    expect(problemOfPool({ size: undefined, gpu: "visible" })).toBeUndefined();
  });

  it.each([
    [{ sise: 2 }, 'python.pools.general has no option "sise". Did you mean "size"?'],
    [{ recycle: { call: 3 } }, 'python.pools.general.recycle has no option "call". Did you mean "calls"?'],
    [{ recycle: { memoryBytes: 3 } }, 'has no option "memoryBytes". It has calls, ageMs, rssBytes.'],
    [{ limits: { payloadByte: 5 } }, 'Did you mean "payloadBytes"?'],
    [{ toString: 1 }, 'has no option "toString"'],
    [{ size: 0 }, "Expected python.pools.general.size to be a whole number, at least 1, got the number 0."],
    [{ size: "2" }, 'got the string "2"'],
    [{ size: 1.5 }, "at least 1"],
    [{ callsPerWorker: 0 }, "at least 1"],
    [{ maxQueued: -1 }, "at least 0"],
    [{ spares: 0.5 }, "at least 0"],
    [{ timeoutMs: Number.NaN }, "a number of milliseconds above 0"],
    [{ timeoutMs: 0 }, "above 0"],
    [{ memoryLimitBytes: -1 }, "a whole number of bytes"],
    [{ recycle: { calls: 0 } }, "python.pools.general.recycle.calls"],
    [{ recycle: 5 }, "an object"],
    [{ gpu: "yes" }, '"hidden", "visible" or a list of texts'],
    [{ gpu: [0] }, "a list of texts"],
    [{ startBy: "clone" }, '"fork" or "spawn"'],
    [{ modules: "odd" }, "a list of texts"],
    [{ env: { A: 5 } }, "an object of texts"],
    [{ dspy: "no" }, "true or false"],
    [{ interpreter: 5 }, "a text that is not empty"],
    [{ heartbeat: { misses: 0 } }, "python.pools.general.heartbeat.misses"],
    [{ limits: { payloadBytes: 2 ** 32 } }, "from 1 to 4294967295"],
    [{ limits: { chunkBytes: 2 ** 21 + 1 } }, "a whole number of bytes from 1 to 2097152"],
    [{ limits: { batchBytes: 16e6 } }, "python.pools.general.limits.batchBytes"],
    [{ protocols: [5] }, "a list of protocols"],
    [5, "Expected python.pools.general to be an object, got the number 5."],
  ])("says what is wrong with %j", (options, message) => {
    expect(problemOfPool(options)).toMatchObject({ message: expect.stringContaining(message) });
  });

  it.each([
    [5, "Expected python to be an object, got the number 5."],
    [{ pool: {} }, 'python has no option "pool". Did you mean "pools"?'],
    [{ pools: [] }, "an object of pools by their names"],
    [{ interpreter: "" }, "a text that is not empty"],
  ])("says what is wrong with Python as %j", (given, message) => {
    expect(pythonSettingsProblem(given as never)).toMatchObject({ message: expect.stringContaining(message) });
  });

  it("keeps a runtime from being made that could not call Python", async () => {
    await expect(createRuntime({ python: { pools: { general: { size: 0 } } } })).rejects.toMatchObject({
      code: "RUNTIME_OPTIONS_INVALID",
      details: { option: "python.pools.general.size" },
    });
  });
});
