import { describe, expect, it } from "vitest";
import { flushSoon } from "../../bridge/flush-soon.ts";

/** What happens before the flush: the promises of this turn, other work of this turn, both or neither. */
const precedes = async (openCalls: number): Promise<readonly string[]> => {
  const order: string[] = [];
  await new Promise<void>((resolve) => {
    setImmediate(() => {
      setImmediate(() => order.push("turn"));
      flushSoon(() => openCalls)(() => order.push("flush"));
      void Promise.resolve().then(() => order.push("promise"));
      setImmediate(() => setImmediate(resolve));
    });
  });
  return order.slice(0, order.indexOf("flush"));
};

describe("flushSoon", () => {
  it("waits for no other work of the turn while few calls are open", async () => {
    expect(await precedes(1)).not.toContain("turn");
  });

  it("waits for all of the turn where many are", async () => {
    expect(await precedes(64)).toEqual(["promise", "turn"]);
  });

  it("gathers what one turn's promises make, however few calls there are", async () => {
    const order: string[] = [];
    const flush = flushSoon(() => 1);
    await Promise.resolve();
    flush(() => order.push("flush"));
    for (let n = 0; n < 3; n++) void Promise.resolve().then(() => order.push("call"));
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual(["call", "call", "call", "flush"]);
  });
});
