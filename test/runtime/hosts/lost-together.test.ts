import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type ActorRef,
  type ActorSystem,
  child,
  createSystem,
  type HostsBehaviour,
  hostedModule,
  processHosts,
  type Strategy,
  supervisor,
  threadHosts,
} from "../../../runtime/index.ts";
import { recordEvents } from "../../../testing/index.ts";
import { watcher } from "./hosted-actors.ts";
import { openInbox } from "./inbox.ts";

const { counter, echo } = hostedModule<typeof import("./hosted-actors.ts")>(
  new URL("./hosted-actors.ts", import.meta.url),
);
const host = "hosts";
const TIMEOUT = 180_000;
const lost = (loss: string) => ({ thrown: { code: "HOST_LOST", details: { loss } } });

async function newSystem(hosts: HostsBehaviour): Promise<ActorSystem> {
  const system = createSystem({ name: "together" });
  await system.spawn(hosts, undefined, { name: host });
  return system;
}

/** A supervisor of three actors in one host. */
async function family(
  system: ActorSystem,
  strategy: Strategy,
  intensity: number,
): Promise<ActorRef<ReturnType<typeof supervisor>>> {
  const children = ["one", "two", "three"].map((id) => child(id, counter, 1, { host, name: id }));
  return system.spawn(supervisor({ strategy, intensity, periodMs: 600_000, children }));
}

/** Ends who still reads a pipe: a thread, because none can be ended in a native call. A process is gone by then. */
function letGo(pipe: string): void {
  try {
    closeSync(openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK));
  } catch {
    // Nobody reads.
  }
}

describe("a host that blocks in a native call", () => {
  it.each([
    ["thread", () => threadHosts({ heartbeatMs: 1000, spares: 1 })],
    ["process", () => processHosts({ heartbeatMs: 1000, spares: 1 })],
  ])(
    "is given up: its actors are DOWN without waiting for the %s, and their successors serve [200]",
    async (_, newHosts) => {
      const folder = await mkdtemp(join(tmpdir(), "dspex-pipe-"));
      const pipe = join(folder, "pipe");
      execFileSync("mkfifo", [pipe]);
      try {
        await using system = await newSystem(newHosts());
        await family(system, "one_for_one", 3);
        const first = system.whereis<typeof counter>("one");
        if (first === undefined) throw new Error("it was started");
        first.cast("readPipe", pipe);
        expect(await system.whenDown(first)).toMatchObject(lost("stuck"));
        await expect.poll(() => system.whereis("one")?.isAlive, { timeout: 60_000 }).toBe(true);
        expect(await system.named<typeof counter>("one").call("add", 1, { timeoutMs: 60_000 })).toBe(2);
      } finally {
        letGo(pipe);
        await rm(folder, { recursive: true });
      }
    },
    TIMEOUT,
  );
});

describe("actors that are lost with their host", () => {
  it.each([
    ["one_for_one", 3],
    ["one_for_all", 1],
  ] as const)(
    "count as one restart for each death that is handled, or for the group: %s, %i allowed [207]",
    async (strategy, intensity) => {
      await using system = await newSystem(threadHosts({ spares: 0 }));
      const top = await family(system, strategy, intensity);
      const events = recordEvents(system.bus);
      system.whereis<typeof counter>("two")?.cast("leaveProcess", 1);
      await events.next("runtime.host.lost");
      for (const id of ["one", "two", "three"]) {
        await expect.poll(() => system.whereis(id)?.isAlive, { timeout: 60_000 }).toBe(true);
        expect(await system.named<typeof counter>(id).call("add", 1, { timeoutMs: 60_000 })).toBe(2);
      }
      expect(top.isAlive).toBe(true);
      expect(events.types).not.toContain("runtime.supervisor.gave-up");
    },
    TIMEOUT,
  );

  it(
    "are too many for a supervisor that allows fewer restarts than they are [207]",
    async () => {
      await using system = await newSystem(threadHosts({ spares: 0 }));
      const top = await family(system, "one_for_one", 2);
      const down = system.whenDown(top);
      system.whereis<typeof counter>("two")?.cast("leaveProcess", 1);
      expect(await down).toBe("shutdown");
    },
    TIMEOUT,
  );

  it(
    "are DOWN once each, behind everything that they had sent [207]",
    async () => {
      await using system = await newSystem(threadHosts({ spares: 0 }));
      const inbox = await openInbox(system);
      const observer = await system.spawn(watcher, inbox.ref);
      const senders = [await system.spawn(echo, undefined, { host }), await system.spawn(echo, undefined, { host })];
      for (const ref of senders) await observer.call("monitor", ref);
      const fatal = await system.spawn(counter, 1, { host });
      for (let n = 0; n < 3; n++)
        for (const ref of senders) ref.cast("sendTo", { to: inbox.ref, message: ref.actorId });
      // Their sends are out when these are answered: one host, one order.
      for (const ref of senders) await ref.call("say", 1);
      fatal.cast("leaveProcess", 1);
      const heard = await inbox.atLeast(8);
      expect(heard.slice(0, 6).every((message) => typeof message === "number")).toBe(true);
      expect(heard.slice(6)).toMatchObject(senders.map((ref) => ({ heard: "down", ref, reason: lost("exited") })));
    },
    TIMEOUT,
  );
});
