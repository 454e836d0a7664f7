// A message for many beside other messages: what comes before it, what behind it, what it withdraws.
// Knows nothing of how shares are given.
import { describe, expect, it } from "vitest";
import {
  type AnyActorRef,
  createRegistry,
  defineActor,
  isTimeout,
  next,
  resume,
  stop,
  suspend,
} from "../../runtime/index.ts";
import { newSystem } from "./busy-server.ts";

describe("registry.publish, in order", () => {
  it("comes behind what was sent to a subscriber before its start was told", async () => {
    const { system, clock, bus } = newSystem();
    const topics = createRegistry<string>(system, { keys: "duplicate" });
    const noted: unknown[] = [];
    let goOn: (() => void) | undefined;
    const slow = defineActor({
      init: async (_: void, self) => {
        topics.register("k", self.ref, undefined);
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
        return 0;
      },
      handleInfo: (state, message) => {
        noted.push(message);
        return state;
      },
    });
    bus.on("runtime.actor.started", () => void topics.publish("k", "published"));
    const spawned = system.spawn(slow);
    await clock.settle();
    topics.lookup("k")[0]?.ref.send("sent");
    goOn?.();
    await spawned;
    await clock.settle();
    expect(noted).toEqual(["sent", "published"]);
    await system.stop();
  });

  it("comes in order where several are sent at once, to whoever waits, idles, goes on or leaves meanwhile", async () => {
    const { system, clock } = newSystem();
    const topics = createRegistry<string>(system, { keys: "duplicate" });
    const noted: Record<string, unknown[]> = {};
    type Way = "waits" | "idles" | "goes-on" | "stops" | "leaves" | "is-held";
    const note = (way: Way, what: unknown): Way => {
      noted[way] ??= [];
      noted[way].push(what);
      return way;
    };
    const subscriber = defineActor({
      init: (way: Way) => way,
      handleContinue: (way, what) => note(way, what),
      handleInfo: (way: Way, message, self) => {
        note(way, isTimeout(message) ? "timeout" : message);
        if (message !== 1) return way;
        switch (way) {
          case "waits":
            return Promise.resolve().then(() => way);
          case "idles":
            return next(way, { timeoutMs: 5 });
          case "goes-on":
            return next(way, { continueWith: "more" });
          case "stops":
            return stop("normal");
          case "leaves":
            topics.unregister("k", self.ref);
            return way;
          default:
            suspend(self.ref).catch(() => undefined);
            return way;
        }
      },
    });
    const refs: AnyActorRef[] = [];
    for (const way of ["waits", "idles", "goes-on", "stops", "leaves", "is-held"] as const) {
      const ref = await system.spawn(subscriber, way);
      refs.push(ref);
      topics.register("k", ref, undefined);
    }
    for (const count of [1, 2, 3]) expect(topics.publish("k", count)).toBe(6);
    for (const ref of refs) ref.send("sent");
    expect(system.tree().map(({ mailbox }) => mailbox)).toEqual([4, 4, 4, 4, 4, 4]);
    await clock.settle();
    expect(noted).toEqual({
      waits: [1, 2, 3, "sent"],
      idles: [1, 2, 3, "sent"],
      "goes-on": [1, "more", 2, 3, "sent"],
      stops: [1],
      leaves: [1, 2, 3, "sent"],
      "is-held": [1, 2, 3, "sent"],
    });
    expect(topics.publish("k", 4)).toBe(4);
    await clock.settle();
    expect(noted["is-held"]).toEqual([1, 2, 3, "sent"]);
    for (const ref of refs) if (ref.isAlive) resume(ref).catch(() => undefined);
    await clock.settle();
    expect(noted["is-held"]).toEqual([1, 2, 3, "sent", 4]);
    await system.stop();
  });

  it("withdraws the timeout that the message before it asked for", async () => {
    const { system, clock } = newSystem();
    const topics = createRegistry<string>(system, { keys: "duplicate" });
    const noted: unknown[] = [];
    const patient = defineActor({
      init: (_: void) => 0,
      handleInfo: (state, message) => {
        noted.push(isTimeout(message) ? "timeout" : message);
        return message === "wait" ? next(state, { timeoutMs: 5 }) : state;
      },
    });
    topics.register("k", await system.spawn(patient), undefined);
    topics.publish("k", "wait");
    topics.publish("k", "go on");
    await clock.advance(10);
    expect(noted).toEqual(["wait", "go on"]);
    topics.publish("k", "wait");
    await clock.settle();
    topics.publish("k", "go on");
    await clock.advance(10);
    expect(noted).toEqual(["wait", "go on", "wait", "go on"]);
    topics.publish("k", "wait");
    await clock.advance(10);
    expect(noted).toEqual(["wait", "go on", "wait", "go on", "wait", "timeout"]);
    await system.stop();
  });
});
