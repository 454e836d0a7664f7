// What must hold of references that cross between hosts, whatever kind of host.
// Knows nothing of ends.
import { describe, expect, it } from "vitest";
import { defineActor, getState, noReply, reply } from "../../../runtime/index.ts";
import * as local from "./hosted-actors.ts";
import { counter, echo, type HostsWorld, host, spawnCounter, spawnWatcher } from "./hosts-world.ts";
import { openInbox } from "./inbox.ts";

/** How hosted actors are reached. */
export function referenceContract(world: HostsWorld): void {
  describe(`a reference across ${world.kind} hosts`, () => {
    it("stays itself, wherever it goes", async () => {
      const ref = await world.system().spawn(echo, undefined, { host });
      const [here, there] = [await world.system().spawn(local.counter, 0), await spawnCounter(world.system())];
      for (const one of [here, there, ref]) {
        expect(await ref.call("say", { one })).toEqual({ one });
        expect((await ref.call("say", [one])) as unknown).toEqual([one]);
        expect(await ref.call("isRef", one)).toBe(true);
        expect(await ref.call("same", [one, one])).toBe(true);
      }
      here.kill();
      expect(await ref.call("isRef", here)).toBe(false);
    });

    it("is called from a host: an actor of this thread, of the same host, of another", async () => {
      const callers = await Promise.all([
        world.system().spawn(echo, undefined, { host }),
        world.system().spawn(echo, undefined, { host }),
      ]);
      for (const target of [await world.system().spawn(local.counter, 1), await spawnCounter(world.system(), 1)]) {
        expect(await callers[0].call("callBack", target)).toBe(2);
        expect(await callers[1].call("callBack", target)).toBe(3);
      }
    });

    it("keeps the order of what one actor sends to another", async () => {
      const inbox = await openInbox(world.system());
      const from = await world.system().spawn(echo, undefined, { host });
      for (let n = 0; n < 500; n++) from.cast("sendTo", { to: inbox.ref, message: n });
      expect(await inbox.atLeast(500)).toEqual(Array.from({ length: 500 }, (_, n) => n));
      const target = await spawnCounter(world.system());
      from.cast("castAll", { to: target, count: 500 });
      await getState(from);
      from.cast("sendTo", { to: inbox.ref, message: "sent" });
      await inbox.atLeast(501);
      expect(await from.call("callBack", target)).toBe(500);
    });

    it("has a name in all places", async () => {
      const here = await world.system().spawn(local.counter, 1, { name: "name-here" });
      await world.system().spawn(counter, 1, { host, name: "name-there" });
      const asker = await world.system().spawn(echo, undefined, { host });
      expect(await asker.call("callName", "name-here")).toBe(2);
      expect(await asker.call("callName", "name-there")).toBe(2);
      expect(await world.system().named<typeof counter>("name-there").call("add", 1)).toBe(3);
      await expect(world.system().spawn(counter, 1, { host, name: "name-there" })).rejects.toMatchObject({
        code: "NAME_TAKEN",
      });
      await expect(asker.call("callName", "nobody-has-this")).rejects.toMatchObject({
        cause: { code: "NAME_UNKNOWN" },
      });
      here.kill();
    });

    it("is named by an actor that names itself there; where the name is taken, that actor ends", async () => {
      const [one, two] = [
        await world.system().spawn(echo, undefined, { host }),
        await world.system().spawn(echo, undefined, { host }),
      ];
      one.cast("register", "self-made");
      await getState(one);
      expect(await world.system().named<typeof echo>("self-made").call("say", 1)).toBe(1);
      const down = world.system().whenDown(two);
      two.cast("register", "self-made");
      expect(await down).toMatchObject({ thrown: { code: "NAME_TAKEN" } });
    });

    it("answers calls and takes aliases that were handed on", async () => {
      const helper = await world.system().spawn(echo, undefined, { host });
      const relay = defineActor({
        init: (_: void) => 0,
        handleCall: {
          ask: (state: number, _: void, self) => {
            helper.cast("answer", self.from);
            return noReply(state, self.replyTo<string>());
          },
          ownAlias: (_state, _: void, self) => reply(self.alias()),
        },
        handleInfo: (state, message) => {
          inbox.ref.send(message);
          return state;
        },
      });
      const inbox = await openInbox(world.system());
      const ref = await world.system().spawn(relay);
      expect(await ref.call("ask")).toBe("answered elsewhere");
      helper.cast("sendTo", { to: (await ref.call("ownAlias")) as never, message: "by alias" });
      expect(await inbox.atLeast(1)).toEqual(["by alias"]);
      const { inbox: far, ref: watching } = await spawnWatcher(world.system());
      (await watching.call("alias")).send("hello");
      expect(await far.atLeast(1)).toEqual([{ heard: "hello" }]);
    });
  });
}
