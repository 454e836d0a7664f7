import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  createBus,
  createSystem,
  defineActor,
  ignore,
  type RuntimeEvent,
  reply,
  startChild,
  stop,
  supervisor,
} from "../../runtime/index.ts";
import { createWorkshop } from "./traced-children.ts";

describe("createSystem: spawn", () => {
  it("rejects with what init said: a failure, a stop, or ignore", async () => {
    const { system } = createWorkshop();
    const init = (how: "throw" | "stop" | "ignore") => {
      if (how === "throw") throw new TypeError("no socket");
      return how === "stop" ? stop({ exit: "no reason" }) : ignore();
    };
    const moody = defineActor({ behaviourName: "moody", init });
    await expect(system.spawn(moody, "throw")).rejects.toMatchObject({
      code: "START_FAILED",
      cause: { message: "no socket" },
    });
    await expect(system.spawn(moody, "stop")).rejects.toMatchObject({
      code: "START_FAILED",
      details: { reason: { exit: "no reason" } },
    });
    await expect(system.spawn(moody, "ignore", { name: "moody" })).rejects.toMatchObject({ code: "START_IGNORED" });
    expect(system.actorCount).toBe(0);
    expect(system.whereis("moody")).toBeUndefined();
  });

  it("leaves no EXIT with the starter of what did not start", async () => {
    const { system, clock } = createWorkshop();
    const heard: unknown[] = [];
    const starter = defineActor({
      init: (_: void) => 0,
      handleCall: {
        start: async (state, _: void, self) => {
          const failing = defineActor({ init: (_args: void) => stop({ exit: "nope" }) });
          return reply(await self.spawnLink(failing).catch((error: { code: string }) => error.code), state);
        },
      },
      handleInfo: (state, message) => {
        heard.push(message);
        return state;
      },
      trapExit: true,
    });
    const ref = await system.spawn(starter);
    expect(await ref.call("start")).toBe("START_FAILED");
    await clock.settle();
    expect(heard).toEqual([]);
    expect(ref.isAlive).toBe(true);
  });

  it("kills an init that takes too long", async () => {
    const { system, clock } = createWorkshop();
    const stuck = defineActor({ init: (_: void) => new Promise<number>(() => {}) });
    const spawned = expect(system.spawn(stuck, undefined, { initTimeoutMs: 50 })).rejects.toMatchObject({
      code: "START_TIMEOUT",
    });
    await clock.advance(50);
    await spawned;
    expect(system.actorCount).toBe(0);
  });

  it("takes messages while init is under way, and handles them after it", async () => {
    const { system } = createWorkshop();
    const { promise, resolve } = Promise.withResolvers<number>();
    const slow = defineActor({ init: (_: void) => promise, handleCall: { get: (state) => reply(state) } });
    const spawned = system.spawn(slow, undefined, { name: "slow" });
    const early = system.named<typeof slow>("slow").call("get");
    resolve(7);
    expect(await early).toBe(7);
    await spawned;
  });

  it("refuses what defineActor did not make", async () => {
    const { system } = createWorkshop();
    await expect(system.spawn({} as ReturnType<typeof supervisor>)).rejects.toMatchObject({
      code: "BEHAVIOUR_INVALID",
    });
  });

  it("tells references of two systems apart", async () => {
    const [one, two] = [createWorkshop(), createWorkshop()];
    const ref = await one.system.spawn(one.traced("a"));
    expect(() => two.system.register("a", ref)).toThrow(expect.objectContaining({ code: "REF_FOREIGN" }));
  });
});

describe("createSystem: stop", () => {
  it("stops what it spawned, last first, each with shutdown", async () => {
    const { system, traced, took } = createWorkshop();
    await system.spawn(traced("a"));
    await system.spawn(traced("b"));
    took();
    await Promise.all([system.stop(), system.stop()]);
    expect(took()).toBe("T(b,shutdown) T(a,shutdown)");
    await expect(system.spawn(traced("c"))).rejects.toMatchObject({ code: "SYSTEM_STOPPED" });
  });

  it("kills an actor that takes longer than its own time, and everything after timeoutMs", async () => {
    const { system, traced, clock, bus } = createWorkshop();
    const killed: number[] = [];
    bus.on("runtime.system.stopped", ({ measures }) => killed.push(measures.killed));
    await system.spawn(traced("a", { hangs: true }), undefined, { shutdownMs: Number.POSITIVE_INFINITY });
    await system.spawn(traced("b", { hangs: true }), undefined, { shutdownMs: 10 });
    const stopping = system.stop({ timeoutMs: 100 });
    await clock.advance(10);
    expect(system.actorCount).toBe(1);
    await clock.advance(90);
    await stopping;
    expect(killed).toEqual([2]);
  });

  it("also ends what was started unlinked, and what outlived its parent", async () => {
    const { system, traced } = createWorkshop();
    const orphanage = defineActor({
      init: async (_: void, self) => {
        await self.spawn(traced("unlinked"));
        await self.spawnLink(traced("orphan", { trapExit: false }));
        return 0;
      },
    });
    const ref = await system.spawn(orphanage);
    await ref.stop();
    expect(system.actorCount).toBe(2);
    await system.stop();
    expect(system.actorCount).toBe(0);
  });

  it("leaves no timer behind", async () => {
    const { system, traced, clock, spec } = createWorkshop();
    const ref = await system.spawn(supervisor({ strategy: "one_for_one" }));
    await startChild(ref, spec("a"));
    const hanging = await system.spawn(traced("b"));
    await hanging.call("ping", undefined, { timeoutMs: 1_000_000 });
    await system.stop();
    await clock.settle();
    expect(clock.pendingTimers).toBe(0);
  });

  it("lets the process end by itself, also with a call still waiting [206]", () => {
    const door = new URL("../../runtime/index.ts", import.meta.url).href;
    const script = `
      const { createSystem, defineActor, noReply } = await import(${JSON.stringify(door)});
      const system = createSystem();
      const ref = await system.spawn(defineActor({ init: () => 0, handleCall: { wait: () => noReply() } }));
      ref.call("wait", undefined, { timeoutMs: 3600000 }).catch(() => {});
      process.on("exit", () => console.log("ended"));`;
    const { stdout, status } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      encoding: "utf8",
      timeout: 15_000,
    });
    expect([stdout.trim(), status]).toEqual(["ended", 0]);
  });

  it("is what `await using` does at the end of its block", async () => {
    const types: string[] = [];
    const bus = createBus<RuntimeEvent>();
    bus.on("runtime.#", (event) => types.push(event.type));
    const { traced } = createWorkshop();
    {
      await using system = createSystem({ bus });
      await system.spawn(traced("a"), undefined, { name: "a" });
    }
    expect(types).toEqual([
      "runtime.system.started",
      "runtime.actor.started",
      "runtime.actor.exited",
      "runtime.system.stopped",
    ]);
  });
});

describe("createSystem: events", () => {
  it("reports a crash with reason and message, and the restart, and nothing on the console", async () => {
    const { system, spec, bus, clock } = createWorkshop();
    const events: RuntimeEvent[] = [];
    bus.on("runtime.#", (event) => events.push(event));
    const ref = await system.spawn(supervisor({ strategy: "one_for_one" }), undefined, { name: "top" });
    const a = await startChild(ref, spec("a"));
    events.length = 0;
    a.cast("crash");
    await clock.settle();
    expect(events.map(({ type }) => type)).toEqual([
      "runtime.actor.exited",
      "runtime.supervisor.reported",
      "runtime.actor.started",
      "runtime.child.restarted",
    ]);
    expect(events[0]?.about).toMatchObject({ reason: "Error: a crashed", clean: false, message: 'cast "crash"' });
    expect(events[3]).toMatchObject({
      measures: { restarts: 1 },
      about: { supervisor: "top", childId: "a", strategy: "one_for_one" },
    });
  });
});
