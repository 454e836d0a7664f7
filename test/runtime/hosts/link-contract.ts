// What must hold of links and monitors between hosts, whatever kind of host.
// Knows nothing of how hosts end; host-loss.test.ts has that.
import { describe, expect, it } from "vitest";
import { getState } from "../../../runtime/index.ts";
import * as local from "./hosted-actors.ts";
import { type HostsWorld, spawnCounter, spawnWatcher } from "./hosts-world.ts";
import { openInbox } from "./inbox.ts";

/** How ends are told across hosts. */
export function linkContract(world: HostsWorld): void {
  describe(`links and monitors across ${world.kind} hosts`, () => {
    it("tell a hosted actor of ends here and there", async () => {
      const { inbox, ref } = await spawnWatcher(world.system());
      const [here, there] = [await world.system().spawn(local.counter, 0), await spawnCounter(world.system())];
      for (const target of [here, there]) {
        await ref.call("monitor", target);
        await ref.call("link", target);
      }
      here.kill();
      there.call("leave", { exit: "there" }).catch(() => {});
      const heard = await inbox.atLeast(4);
      expect(heard).toHaveLength(4);
      for (const [target, reason] of [
        [here, "killed"],
        [there, { exit: "there" }],
      ] as const) {
        expect(heard).toContainEqual({ heard: "down", reason, ref: target });
        expect(heard).toContainEqual({ heard: "exit", reason, from: target });
      }
    });

    it("tell an actor here of a hosted one's end", async () => {
      const inbox = await openInbox(world.system());
      const ref = await world.system().spawn(local.watcher, inbox.ref);
      const there = await spawnCounter(world.system());
      await ref.call("monitor", there);
      await ref.call("link", there);
      there.call("leave", { exit: 1 }).catch(() => {});
      expect(await inbox.atLeast(2)).toEqual([
        { heard: "down", reason: { exit: 1 }, ref: there },
        { heard: "exit", reason: { exit: 1 }, from: there },
      ]);
    });

    it("end a hosted actor that does not trap exits", async () => {
      const { ref } = await spawnWatcher(world.system());
      const there = await spawnCounter(world.system());
      await ref.call("link", there);
      ref.kill();
      expect(await world.system().whenDown(there)).toBe("killed");
    });

    it("are undone from either side", async () => {
      const { inbox, ref } = await spawnWatcher(world.system());
      const [one, two] = [await world.system().spawn(local.counter, 0), await world.system().spawn(local.counter, 0)];
      await ref.call("link", one);
      await ref.call("link", two);
      await ref.call("unlink", one);
      await getState(one);
      one.kill();
      two.kill();
      expect(await inbox.atLeast(1)).toEqual([{ heard: "exit", reason: "killed", from: two }]);
    });

    it("say noproc of who is gone, and of a name that nobody has", async () => {
      const { inbox, ref } = await spawnWatcher(world.system());
      const gone = await world.system().spawn(local.counter, 0);
      gone.kill();
      await ref.call("monitor", gone);
      await ref.call("link", gone);
      await ref.call("monitor", "nobody-by-this-name");
      const heard = await inbox.atLeast(3);
      expect(heard.map((one) => (one as { readonly reason: unknown }).reason)).toEqual(["noproc", "noproc", "noproc"]);
    });

    it("watch who has a name, over there", async () => {
      const { inbox, ref } = await spawnWatcher(world.system());
      const named = await world.system().spawn(local.counter, 0, { name: "watched-by-name" });
      await ref.call("monitor", "watched-by-name");
      await getState(ref);
      named.call("leave", { exit: 2 }).catch(() => {});
      expect(await inbox.atLeast(1)).toMatchObject([{ heard: "down", reason: { exit: 2 } }]);
    });

    it("reach an actor that a hosted one has started beside itself", async () => {
      const { ref } = await spawnWatcher(world.system());
      const child = await ref.call("child", 5);
      expect(await child.call("add", 1)).toBe(6);
      const inbox = await openInbox(world.system());
      const observer = await world.system().spawn(local.watcher, inbox.ref);
      await observer.call("monitor", child);
      child.kill();
      expect(await inbox.atLeast(1)).toMatchObject([{ heard: "down", reason: "killed" }]);
    });
  });
}
