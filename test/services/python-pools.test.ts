import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRuntime, type Protocol, type Runtime } from "../../index.ts";
import { bringDspy, python as interpreter } from "./python-dspy.ts";
import { eventually, HANDLERS, isAlive } from "./python-worker.ts";

const pool = { dspy: false, paths: [HANDLERS], modules: ["bridge_handlers"] };
const contentType = "application/x-floats";
const floats: Protocol = {
  contentType,
  encode: (value) => new Uint8Array(Float64Array.from(value as number[]).buffer),
  decode: (bytes) => [...new Float64Array(bytes.buffer)],
};
const devices = "CUDA_VISIBLE_DEVICES";

describe("pools of Python workers", () => {
  let runtime: Runtime;
  beforeAll(async () => {
    bringDspy();
    const pools = {
      general: { ...pool, size: 2 },
      neural: { ...pool, size: 1, gpu: ["0", "1"] },
      own: { ...pool, size: 1, env: { [devices]: "7" } },
      growing: { ...pool, size: 1, recycle: { rssBytes: 300_000_000 }, heartbeat: { intervalMs: 100, misses: 300 } },
      floats: { ...pool, size: 1, protocols: [floats] },
      spared: { ...pool, size: 1, spares: 1 },
    };
    runtime = await createRuntime({ python: { interpreter, pools } });
  });
  afterAll(() => runtime.stop());
  const call = (handler: string, input: unknown, options: Parameters<Runtime["python"]["call"]>[2] = {}) =>
    runtime.python.call(handler, input, options);

  it("show GPUs where a pool says so, and calls that need one go there [PB-13]", async () => {
    expect(await call("variable", { name: devices })).toBe("-1");
    expect(await call("variable", { name: devices }, { needs: { gpu: "any" } })).toBe("0,1");
    expect(await call("variable", { name: devices }, { pool: "own" })).toBe("7");
  });

  it("write values by a protocol of one's own, of a call, of a stream and in a session [PB-10]", async () => {
    const options = { pool: "floats", contentType };
    expect(await call("halve", [1, 3], options)).toEqual([0.5, 1.5]);
    const elements: unknown[] = [];
    for await (const element of runtime.python.stream("halved", [1, 3], options)) elements.push(element);
    expect(elements).toEqual([[0.5], [1.5]]);
    await using session = await runtime.python.session({ pool: "floats" });
    expect(await session.call("halve", [5], { contentType })).toEqual([2.5]);
    await expect(call("halve", [1], { contentType })).rejects.toMatchObject({ code: "BRIDGE_PROTOCOL_UNKNOWN" });
  });

  it("keep a strict key's state on its worker until it is forgotten [PB-7]", async () => {
    const affinity = { key: "user", mode: "strict-queue" } as const;
    await call("remember", { key: "k", value: 7 }, { affinity });
    const seen = await Promise.all(Array.from({ length: 8 }, () => call("remember", { key: "k" }, { affinity })));
    expect(new Set(seen)).toEqual(new Set([7]));
    expect(await call("remember", { key: "k" })).toBe(null);
    await runtime.python.forget("user");
    expect(await call("remember", { key: "k" }, { affinity })).toBe(null);
  });

  it("tell a strict key that its state went with its worker", async () => {
    const affinity = { key: "lost", mode: "strict-fail-fast" } as const;
    await call("remember", { key: "k", value: 7 }, { affinity });
    await expect(call("crash", null, { affinity })).rejects.toMatchObject({ code: "BRIDGE_WORKER_LOST" });
    await expect(call("remember", { key: "k" }, { affinity })).rejects.toMatchObject({
      code: "BRIDGE_SESSION_OVER",
      details: { reason: "it was ended by SIGSEGV" },
    });
    expect(await call("remember", { key: "k" }, { affinity })).toBe(null);
  });

  it("replace a worker that has grown too large, while nobody calls it", async () => {
    const old = Number(await call("pid", null, { pool: "growing" }));
    await call("swell", { size: 400_000_000 }, { pool: "growing" });
    await eventually(() => !isAlive(old));
    expect(await call("pid", null, { pool: "growing" })).not.toBe(old);
  });

  it("have a spare ready where a worker is lost", async () => {
    await call("pid", null, { pool: "spared" });
    await expect.poll(async () => (await runtime.python.status("spared")).spares, { timeout: 60_000 }).toBe(1);
    await expect(call("crash", null, { pool: "spared" })).rejects.toMatchObject({ code: "BRIDGE_WORKER_LOST" });
    expect(await call("echo", { value: 1 }, { pool: "spared" })).toBe(1);
  });
});
