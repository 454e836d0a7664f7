// What must hold of an actor in a host, whatever kind of host: the same as of one in this thread.
// Knows nothing of how hosts end; host-loss.test.ts has that.
import { describe, expect, it } from "vitest";
import { collectRequests, Failure, getState, replaceState, resume, suspend, transfer } from "../../../runtime/index.ts";
import * as local from "./hosted-actors.ts";
import { counter, echo, type HostsWorld, host, spawnCounter, spawnWatcher } from "./hosts-world.ts";

/** What a hosted actor does. */
export function actorContract(world: HostsWorld): void {
  describe(`an actor in a ${world.kind}`, () => {
    it("runs there, and nowhere else", async () => {
      const [one, two] = await Promise.all([spawnCounter(world.system()), spawnCounter(world.system())]);
      const places = [
        await one.call("where"),
        await two.call("where"),
        await (await world.system().spawn(local.counter, 0)).call("where"),
      ];
      expect(new Set(places.map(({ pid, threadId }) => `${pid} ${threadId}`)).size).toBe(3);
      expect(new Set(places.map(({ pid }) => pid)).size).toBe(world.kind === "thread" ? 1 : 3);
    });

    it("answers calls in the order of its messages", async () => {
      const ref = await spawnCounter(world.system(), 10);
      ref.cast("reset", 5);
      const first = ref.call("add", 1);
      ref.cast("reset", 100);
      expect(await Promise.all([first, ref.call("add", 1), ref.call("add", 1)])).toEqual([6, 101, 102]);
    });

    it("takes data of any kind, and moves what is given away", async () => {
      const ref = await world.system().spawn(echo, undefined, { host });
      const message = {
        when: new Date(5),
        rows: new Map([[1, new Set(["a"])]]),
        bytes: new Uint8Array([1, 2]),
        big: 5n,
      };
      expect(await ref.call("say", message)).toEqual(message);
      const given = new ArrayBuffer(8);
      expect(await ref.call("size", transfer(given))).toBe(8);
      expect(given.byteLength).toBe(world.kind === "thread" ? 0 : given.byteLength);
    });

    it("has a typed answer for a message that cannot cross, and goes on", async () => {
      const ref = await spawnCounter(world.system(), 1);
      const uncloneable = { code: "MESSAGE_UNCLONEABLE" };
      await expect(ref.call("add", (() => 1) as never)).rejects.toMatchObject(uncloneable);
      expect(() => ref.cast("reset", { deep: [() => 1] } as never)).toThrow(
        expect.objectContaining({ ...uncloneable, details: expect.objectContaining({ path: "the payload.deep[0]" }) }),
      );
      expect(() => ref.send(Symbol("s"))).toThrow(expect.objectContaining(uncloneable));
      await expect(ref.call("uncloneable")).rejects.toMatchObject(uncloneable);
      expect(await ref.call("add", 1)).toBe(2);
    });

    it("refuses names that it does not handle, and passes on what its handlers fail with", async () => {
      const ref = await spawnCounter(world.system());
      await expect(ref.call("ad" as "add", 1)).rejects.toMatchObject({
        code: "MESSAGE_UNKNOWN",
        message: expect.stringContaining('Did you mean "add"?'),
      });
      expect(() => ref.cast("rest" as "reset", 1)).toThrow(expect.objectContaining({ code: "MESSAGE_UNKNOWN" }));
      await expect(ref.call("refused")).rejects.toMatchObject({ name: "RangeError", message: "not today" });
    });

    it("lets a call time out or be called off, and drops the answer", async () => {
      const ref = await spawnCounter(world.system());
      await expect(ref.call("never", undefined, { timeoutMs: 1 })).rejects.toMatchObject({ code: "CALL_TIMEOUT" });
      const caller = new AbortController();
      const call = ref.call("never", undefined, { signal: caller.signal });
      caller.abort();
      await expect(call).rejects.toMatchObject({ code: "CALL_ABORTED" });
    });

    it("is asked in a collection of requests like any other", async () => {
      const requests = collectRequests<string, number>(world.system());
      requests.add("here", (await world.system().spawn(local.counter, 1)).call("add", 1));
      requests.add("there", (await spawnCounter(world.system(), 2)).call("add", 1));
      const values: Record<string, unknown> = {};
      for await (const outcome of requests) values[outcome.label] = outcome.status === "replied" && outcome.value;
      expect(values).toEqual({ here: 2, there: 3 });
    });

    it("brings its failure here, with the message that it was handling", async () => {
      const ref = await spawnCounter(world.system());
      const down = world.system().whenDown(ref);
      await expect(ref.call("crash")).rejects.toMatchObject({
        code: "ACTOR_DOWN",
        cause: { name: "TypeError", message: "as asked" },
      });
      const reason = await down;
      expect(reason).toBeInstanceOf(Failure);
      expect(String((reason as Failure).message)).toBe('call "crash"');
      expect([ref.isAlive, (reason as Failure).record.stack?.includes("hosted-actors")]).toEqual([false, true]);
    });

    it.each(["normal", "shutdown", { shutdown: "done" }, { exit: { n: 1 } }] as const)(
      "ends with the reason it says: %o",
      async (reason) => {
        const ref = await spawnCounter(world.system());
        ref.call("leave", reason).catch(() => {});
        expect(await world.system().whenDown(ref)).toEqual(reason);
      },
    );

    it("stops in turn when asked, with its terminate, or is killed at once", async () => {
      const { inbox, ref } = await spawnWatcher(world.system());
      await ref.stop({ reason: "shutdown" });
      expect(await inbox.atLeast(1)).toEqual([{ heard: "terminate", reason: "shutdown" }]);
      const other = await spawnCounter(world.system());
      const pending = other.call("never");
      other.kill();
      await expect(pending).rejects.toMatchObject({ code: "ACTOR_DOWN", details: { reason: "killed" } });
      expect(await world.system().whenDown(other)).toBe("killed");
    });

    it("shows its state, takes another and can be held", async () => {
      const ref = await spawnCounter(world.system(), 3);
      expect(await getState(ref)).toBe(3);
      await expect(replaceState(ref, (n) => n + 1)).rejects.toMatchObject({ code: "MESSAGE_UNCLONEABLE" });
      await suspend(ref);
      const call = ref.call("add", 1);
      expect(await getState(ref)).toBe(3);
      await resume(ref);
      expect(await call).toBe(4);
    });

    it("stands in the tree with its host", async () => {
      await world.system().spawn(counter, 0, { host, name: "in-the-tree" });
      expect(
        world
          .system()
          .tree()
          .find(({ actorName }) => actorName === "in-the-tree"),
      ).toMatchObject({
        host: expect.stringMatching(/^hosts\/\d+$/),
        status: "running",
        behaviour: "counter",
      });
      expect(
        world
          .system()
          .tree()
          .find(({ actorName }) => actorName === host),
      ).toMatchObject({ host: "main" });
    });
  });
}
