// What must hold of a start in a host, whatever kind of host.
// Knows nothing of what the actor does afterwards.
import { describe, expect, it } from "vitest";
import { hostedModule } from "../../../runtime/index.ts";
import { address, counter, type HostsWorld, host, starter } from "./hosts-world.ts";

const LONG = { timeoutMs: 30_000 };

/** How a hosted actor starts. */
export function startContract(world: HostsWorld): void {
  describe(`a start in a ${world.kind}`, () => {
    it("fails, ignores and stops as here", async () => {
      await expect(world.system().spawn(starter, "ignore", { host })).rejects.toMatchObject({ code: "START_IGNORED" });
      await expect(world.system().spawn(starter, "throw", { host })).rejects.toMatchObject({
        code: "START_FAILED",
        cause: { name: "RangeError" },
      });
      await expect(world.system().spawn(starter, "stop", { host })).rejects.toMatchObject({
        code: "START_FAILED",
        details: { reason: { exit: "as asked" } },
      });
      await expect(world.system().spawn(starter, "hang", { host, initTimeoutMs: 20 })).rejects.toMatchObject({
        code: "START_TIMEOUT",
      });
      await expect(world.system().spawn(counter, (() => 1) as never, { host })).rejects.toMatchObject({
        code: "START_FAILED",
        cause: { code: "MESSAGE_UNCLONEABLE" },
      });
    });

    it("takes what is sent to its name before its module is loaded", async () => {
      const source = `export { counter as late } from ${JSON.stringify(address.href)};`;
      const { late } = hostedModule<{ readonly late: typeof counter }>(
        `data:text/javascript,${encodeURIComponent(source)}`,
      );
      const spawned = world.system().spawn(late, 1, { host, name: "not-yet-there" });
      const called = world.system().named<typeof counter>("not-yet-there").call("add", 1, LONG);
      expect([await called, (await spawned).isAlive]).toEqual([2, true]);
    });

    it.each([
      ["does not exist", new URL("./not-there.ts", import.meta.url).href, "to load"],
      ["throws", "data:text/javascript,throw new Error('at once')", "at once"],
      ["has no such export", address.href, 'Did you mean "counter"?'],
    ])("fails where the module %s", async (_, url, words) => {
      const { counters } = hostedModule<{ readonly counters: typeof counter }>(url);
      await expect(world.system().spawn(counters, 0, { host })).rejects.toMatchObject({
        code: "START_FAILED",
        cause: { code: "HOST_MODULE_INVALID", message: expect.stringContaining(words) },
      });
    });

    it("fails where the export is no behaviour", async () => {
      const { notABehaviour } = hostedModule<{ readonly notABehaviour: typeof counter }>(address);
      await expect(world.system().spawn(notABehaviour, 0, { host })).rejects.toMatchObject({
        cause: { code: "HOST_MODULE_INVALID" },
      });
    });

    it("that waits for a module that never loads can be given up", async () => {
      const { slow } = hostedModule<{ readonly slow: typeof counter }>(
        "data:text/javascript,await new Promise(() => {})",
      );
      await expect(world.system().spawn(slow, 0, { host, initTimeoutMs: 20 })).rejects.toMatchObject({
        code: "START_TIMEOUT",
      });
    });

    it("that goes well can still hang in its terminate, and be killed", async () => {
      const ref = await world.system().spawn(starter, "hang-stop", { host });
      await expect(ref.stop({ timeoutMs: 20 })).rejects.toMatchObject({ code: "STOP_TIMEOUT" });
      ref.kill();
      expect(await world.system().whenDown(ref)).toBe("killed");
    });
  });
}
