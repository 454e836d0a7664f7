import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type ActorSystem,
  child,
  createSystem,
  dynamicSupervisor,
  type HostsBehaviour,
  hostedModule,
  processHosts,
  startChild,
  supervisor,
  threadHosts,
} from "../../../runtime/index.ts";
import { recordEvents } from "../../../testing/index.ts";
import { openInbox } from "./inbox.ts";

const { counter, watcher } = hostedModule<typeof import("./hosted-actors.ts")>(
  new URL("./hosted-actors.ts", import.meta.url),
);
const host = "hosts";
// Three of these are missed before a host counts as stuck: long enough for a machine on which other tests run.
const heartbeatMs = 2000;
// A heap that is nearly full keeps the event loop for long: it must not look stuck before it is full.
const patient = { spares: 0, heartbeatMs: 60_000 };
const lost = (loss: string) => ({ thrown: { code: "HOST_LOST", details: { loss } } });

async function newSystem(hosts: HostsBehaviour): Promise<ActorSystem> {
  const system = createSystem({ name: "losses" });
  await system.spawn(hosts, undefined, { name: host });
  return system;
}

/** Waits until the pool has a ready host of this role. */
async function ready(system: ActorSystem, role: "active" | "spare"): Promise<void> {
  const pool = system.named<HostsBehaviour>(host);
  for (;;) {
    const views = await pool.call("hosts");
    if (views.some((view) => view.role === role && view.status === "ready")) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("a host that stands still", () => {
  it.each([
    ["thread", () => threadHosts({ heartbeatMs, spares: 1 })],
    ["process", () => processHosts({ heartbeatMs, spares: 1 })],
  ])(
    "is ended, and a %s that was ready takes its actors' successors [199]",
    async (kind, newHosts) => {
      await using system = await newSystem(newHosts());
      const events = recordEvents(system.bus);
      const counters = ["one", "two", "three"].map((id) => child(id, counter, 1, { host, name: id }));
      await system.spawn(supervisor({ strategy: "one_for_one", children: counters }));
      const loose = await system.spawn(counter, 1, { host });
      await ready(system, "spare");
      const [before] = await system.named<HostsBehaviour>(host).call("hosts");
      const pending = loose.call("never", undefined, { timeoutMs: 60_000 });
      system.named<typeof counter>("one").cast("loop");
      expect(await system.whenDown(loose)).toMatchObject(lost("stuck"));
      await expect(pending).rejects.toMatchObject({ code: "ACTOR_DOWN", cause: { code: "HOST_LOST" } });
      for (const id of ["one", "two", "three"]) {
        await expect.poll(() => system.whereis(id)?.isAlive).toBe(true);
        expect(await system.named<typeof counter>(id).call("add", 1)).toBe(2);
      }
      const [after] = await system.named<HostsBehaviour>(host).call("hosts");
      expect([before?.hostName, after?.hostName, after?.kind]).toEqual(["hosts/1", "hosts/2", kind]);
      expect((await events.next("runtime.host.lost")).about).toEqual({
        host: "hosts/1",
        kind,
        cause: "stuck",
        said: expect.stringContaining("has not come round"),
      });
      expect(events.types.filter((type) => type === "runtime.child.restarted")).toHaveLength(3);
    },
    180_000,
  );

  it.each([
    ["thread", () => threadHosts({ heartbeatMs: Number.POSITIVE_INFINITY, killGraceMs: 200, spares: 0 })],
    ["process", () => processHosts({ heartbeatMs: Number.POSITIVE_INFINITY, killGraceMs: 200, spares: 0 })],
  ])(
    "is ended where an actor of its %s is killed and not gone in time",
    async (_, newHosts) => {
      await using system = await newSystem(newHosts());
      const [stuck, neighbour] = [await system.spawn(counter, 1, { host }), await system.spawn(counter, 1, { host })];
      const events = recordEvents(system.bus);
      const folder = await mkdtemp(join(tmpdir(), "dspex-stuck-"));
      const sign = join(folder, "stuck");
      await stuck.call("loopSoon", sign);
      // A kill that arrives earlier is served in time.
      await expect.poll(() => existsSync(sign)).toBe(true);
      await rm(folder, { recursive: true });
      stuck.kill();
      expect(await system.whenDown(stuck)).toBe("killed");
      expect(await system.whenDown(neighbour)).toMatchObject(lost("stuck"));
      expect((await events.next("runtime.host.lost")).about.said).toContain("a killed actor was not gone");
      // Somebody needs a host: another one starts.
      expect(await (await system.spawn(counter, 1, { host })).call("add", 1)).toBe(2);
    },
    180_000,
  );

  it("is left alone while it is only busy", async () => {
    await using system = await newSystem(threadHosts({ heartbeatMs, spares: 0 }));
    const ref = await system.spawn(counter, 1, { host });
    expect(await ref.call("loopFor", 1.5 * heartbeatMs, { timeoutMs: 60_000 })).toBe(true);
    expect(await ref.call("add", 1)).toBe(2);
  }, 180_000);
});

describe("a host that ends", () => {
  it.each([
    [
      "thread",
      "out-of-memory",
      () => threadHosts({ resourceLimits: { maxOldGenerationSizeMb: 24 }, ...patient }),
      "exhaust",
    ],
    ["process", "out-of-memory", () => processHosts({ heapMb: 40, ...patient }), "exhaust"],
    ["thread", "exited", () => threadHosts({ spares: 0 }), "leaveProcess"],
    ["process", "exited", () => processHosts({ spares: 0 }), "leaveProcess"],
  ] as const)(
    "takes its actors down: a %s, %s [201]",
    async (_, loss, newHosts, how) => {
      await using system = await newSystem(newHosts());
      const [one, two] = [await system.spawn(counter, 1, { host }), await system.spawn(counter, 1, { host })];
      const inbox = await openInbox(system);
      const observer = await system.spawn((await import("./hosted-actors.ts")).watcher, inbox.ref);
      await observer.call("monitor", two);
      if (how === "exhaust") one.cast("exhaust");
      else one.cast("leaveProcess", 3);
      expect(await system.whenDown(one)).toMatchObject(lost(loss));
      expect(await inbox.atLeast(1)).toMatchObject([{ heard: "down", reason: lost(loss), ref: two }]);
    },
    180_000,
  );

  it("is a process that was killed from outside", async () => {
    await using system = await newSystem(processHosts({ spares: 0 }));
    const ref = await system.spawn(counter, 1, { host });
    process.kill((await ref.call("where")).pid, "SIGKILL");
    expect(await system.whenDown(ref)).toMatchObject({ thrown: { message: expect.stringContaining("SIGKILL") } });
  }, 180_000);

  it("is a process that holds more than it may, buffers included [201]", async () => {
    await using system = await newSystem(processHosts({ memoryMb: 5, heartbeatMs: 50, spares: 0 }));
    const ref = await system.spawn(counter, 1, { host }).catch(() => undefined);
    if (ref !== undefined) await system.whenDown(ref);
    await expect(system.spawn(counter, 1, { host, initTimeoutMs: 1 })).rejects.toBeDefined();
  }, 180_000);

  it("is one that never starts", async () => {
    await using system = await newSystem(processHosts({ execArgv: ["--no-such-flag"], spares: 0 }));
    await expect(system.spawn(counter, 1, { host })).rejects.toMatchObject({
      code: "START_FAILED",
      cause: { code: "HOST_LOST" },
    });
  }, 180_000);

  it("is replaced as often as a supervisor's limit allows", async () => {
    await using system = await newSystem(threadHosts({ spares: 0 }));
    const top = await system.spawn(dynamicSupervisor({ intensity: 1, periodMs: 60_000 }));
    const events = recordEvents(system.bus);
    await startChild(top, child("fatal", counter, 1, { host, name: "fatal" }));
    const down = system.whenDown(top);
    for (let n = 0; n < 2; n++) {
      await expect.poll(() => system.whereis("fatal")?.isAlive).toBe(true);
      const ref = system.whereis<typeof counter>("fatal");
      ref?.cast("leaveProcess", n);
      if (ref !== undefined) await system.whenDown(ref);
    }
    expect([await down, events.types.filter((type) => type === "runtime.host.lost").length]).toEqual(["shutdown", 2]);
  }, 180_000);
});

describe("a pool of hosts", () => {
  it("drains a host: its actors end in order, and supervised ones come up in another", async () => {
    await using system = await newSystem(threadHosts({ spares: 0 }));
    const inbox = await openInbox(system);
    const spec = child("kept", watcher, inbox.ref, { host, name: "kept" });
    await system.spawn(supervisor({ strategy: "one_for_one", children: [spec] }));
    const pool = system.named<HostsBehaviour>(host);
    const before = system.whereis("kept");
    expect([await pool.call("drain", "hosts/9"), await pool.call("drain", "hosts/1")]).toEqual([false, true]);
    expect(await inbox.atLeast(1)).toEqual([{ heard: "terminate", reason: "shutdown" }]);
    await expect.poll(() => system.whereis("kept")?.isAlive).toBe(true);
    expect(system.whereis("kept")).not.toBe(before);
    await expect.poll(async () => (await pool.call("hosts")).map(({ hostName }) => hostName)).toEqual(["hosts/2"]);
  }, 180_000);

  it("takes everything down with it where it is killed, and lets actors end where it is stopped", async () => {
    const system = await newSystem(threadHosts({ spares: 0 }));
    const inbox = await openInbox(system);
    const ref = await system.spawn(watcher, inbox.ref, { host });
    await system.named<HostsBehaviour>(host).stop();
    expect(await inbox.atLeast(1)).toEqual([{ heard: "terminate", reason: "shutdown" }]);
    expect(ref.isAlive).toBe(false);
    const pool = await system.spawn(threadHosts({ spares: 0 }), undefined, { name: host });
    const other = await system.spawn(counter, 1, { host });
    pool.kill();
    expect(await system.whenDown(other)).toMatchObject(lost("exited"));
    await expect(system.spawn(counter, 1, { host })).rejects.toMatchObject({ code: "HOST_UNKNOWN" });
    await system.stop();
  }, 180_000);

  it("is its own system's: another has none of its names", async () => {
    await using one = await newSystem(threadHosts({ spares: 0 }));
    await using two = createSystem({ name: "other" });
    const pool = one.whereis<HostsBehaviour>(host);
    await expect(two.spawn(counter, 1, { host })).rejects.toMatchObject({ code: "HOST_UNKNOWN" });
    if (pool !== undefined)
      await expect(two.spawn(counter, 1, { host: pool })).rejects.toMatchObject({ code: "REF_FOREIGN" });
  });
});
