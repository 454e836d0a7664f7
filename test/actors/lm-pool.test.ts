import { afterEach, describe, expect, it } from "vitest";
import type { AppEvent } from "../../actors/events.ts";
import { createLmPool } from "../../actors/lm-pool.ts";
import { openaiCompatible, scriptedLm } from "../../lm/index.ts";
import { type ActorSystem, createBus, createSystem } from "../../runtime/index.ts";
import { startOpenaiServer } from "../support/openai-server.ts";

const forEver = { timeoutMs: Number.POSITIVE_INFINITY };
const asking = (text: string) => ({ request: { messages: [{ role: "user", content: text } as const], options: {} } });
let system: ActorSystem | undefined;

afterEach(async () => system?.stop());

describe("createLmPool", () => {
  it("answers calls and publishes what happened under its own name", async () => {
    const bus = createBus<AppEvent>();
    const types: string[] = [];
    bus.on("lm.#", (event) => types.push(`${event.source} ${event.type}`));
    system = createSystem();
    const pool = await system.spawn(createLmPool({ provider: scriptedLm(["a"]), bus }), undefined, {
      name: "lm scripted",
    });
    expect(await pool.call("complete", asking("q"), forEver)).toMatchObject({ from: "provider" });
    expect(await pool.call("complete", asking("q"), forEver)).toMatchObject({ from: "cache" });
    expect(types).toEqual(["lm scripted lm.call.started", "lm scripted lm.call.stopped", "lm scripted lm.cache.hit"]);
  });

  it("takes calls while others are under way", async () => {
    system = createSystem();
    const lm = scriptedLm((_request, index) => (index < 16 ? { hangs: true } : "a"));
    const pool = await system.spawn(createLmPool({ provider: lm }));
    const calls = Array.from({ length: 40 }, (_, index) => pool.call("complete", asking(`q${index}`), forEver));
    const ended = Promise.allSettled(calls);
    await expect.poll(async () => (await pool.call("status")).queued).toBe(24);
    expect(await pool.call("status")).toMatchObject({
      provider: "scripted",
      inFlight: 16,
      queued: 24,
      breaker: "closed",
    });
    pool.kill();
    await ended;
  });

  it("rejects with the pool's error and goes on", async () => {
    system = createSystem();
    const pool = await system.spawn(createLmPool({ provider: scriptedLm([new Error("boom"), "a"]) }));
    await expect(pool.call("complete", asking("q"), forEver)).rejects.toMatchObject({ code: "LM_PROVIDER_FAILED" });
    expect(await pool.call("complete", asking("q"), forEver)).toMatchObject({ from: "provider" });
  });

  it.each(["kill", "stop"] as const)("destroys its calls' sockets on %s, and the callers know why", async (how) => {
    const server = await startOpenaiServer({ reply: () => ({ type: "hang" }) });
    system = createSystem();
    const provider = openaiCompatible({ baseUrl: server.baseUrl, model: "m" });
    const pool = await system.spawn(createLmPool({ provider }));
    const calls = Promise.allSettled([1, 2, 3].map((call) => pool.call("complete", asking(`q${call}`), forEver)));
    await expect.poll(() => server.openSockets).toBe(3);
    await pool[how]();
    expect(await calls).toMatchObject([1, 2, 3].map(() => ({ reason: { code: "ACTOR_DOWN" } })));
    await expect.poll(() => server.openSockets).toBe(0);
    await server.close();
  });
});
