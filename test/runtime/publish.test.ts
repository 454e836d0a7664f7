import { type Arbitrary, array, assert, asyncProperty, constant, constantFrom, nat, oneof, record } from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ActorRef,
  type AnyActorRef,
  createRegistry,
  createSystem,
  defineActor,
  isTimeout,
  next,
  type Registry,
  resume,
  stop,
  suspend,
} from "../../runtime/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { newSystem } from "./busy-server.ts";

const KEYS = ["x", "y"] as const;
type Key = (typeof KEYS)[number];
/** What a subscriber does when it has noted a message. */
type Deed = "nothing" | "wait" | "continue" | "idle" | "note-to-self" | "publish" | "stop" | "throw" | "kill-itself";
interface Note {
  readonly count: number;
  readonly deed: Deed;
  readonly key: Key;
  /** -1: the test itself. */
  readonly sender: number;
}
type Publish = (topics: Registry<Key, undefined>, key: Key, note: Note) => void;

const WAYS: Readonly<Record<"publish" | "dispatch", Publish>> = {
  publish: (topics, key, note) => void topics.publish(key, note),
  dispatch: (topics, key, note) =>
    topics.dispatch(key, (entries) => {
      for (const { ref } of entries) ref.send(note);
    }),
};

const key = constantFrom(...KEYS);
const actor = nat(4);
const messagesOf = (deed: Arbitrary<Deed>) =>
  array(
    oneof(
      record({ do: constant("publish" as const), key, deed }),
      record({ do: constant("publish" as const), key, deed: constant<Deed>("nothing") }),
      record({ do: constant("send" as const), actor, deed }),
      record({ do: constantFrom("suspend" as const, "resume" as const), actor }),
      record({ do: constant("pause" as const) }),
    ),
    { maxLength: 30 },
  );
/** Those who hear of one sender only, and end in every way. */
const oneSender = array(
  oneof(
    messagesOf(constantFrom<Deed>("nothing", "wait", "continue", "idle", "stop", "throw", "kill-itself")),
    array(record({ do: constantFrom("kill" as const, "stop" as const), actor }), { maxLength: 1 }),
  ),
  { maxLength: 4 },
).map((parts) => parts.flat());
/** Those who hear of several, between whose messages there is no order. */
const manySenders = messagesOf(constantFrom<Deed>("nothing", "wait", "note-to-self", "publish"));
type Step = typeof oneSender extends Arbitrary<readonly (infer One)[]> ? One : never;

/** What each of five actors has noted once everything has come to rest, and what was dropped. */
async function notesOf(steps: readonly Step[], publish: Publish) {
  const { system, clock, bus, dropped } = newSystem();
  const ended: string[] = [];
  bus.on("runtime.actor.exited", ({ about }) => ended.push(`${about.actor}: ${about.reason}, ${about.message}`));
  const topics = createRegistry<Key>(system, { keys: "duplicate" });
  const notes: string[][] = [];
  const subscriber = defineActor({
    init: (at: number) => at,
    handleContinue: (at, what) => {
      notes[at]?.push(`continued ${String(what)}`);
      return at;
    },
    handleInfo: (at, message, self) => {
      if (isTimeout(message)) {
        notes[at]?.push("timeout");
        return at;
      }
      // The test sends nothing else.
      const note = message as Note;
      notes[at]?.push(`${note.sender}: ${note.count} ${note.deed}`);
      switch (note.deed) {
        case "wait":
          return Promise.resolve().then(() => at);
        case "continue":
          return next(at, { continueWith: note.count });
        case "idle":
          return next(at, { timeoutMs: 5 });
        case "note-to-self":
          self.send(self.ref, { ...note, deed: "nothing", sender: at });
          return at;
        case "publish":
          publish(topics, note.key, { ...note, deed: "nothing", sender: at });
          return at;
        case "stop":
          return stop("normal");
        case "kill-itself":
          self.ref.kill();
          return at;
        case "throw":
          throw new Error("on purpose");
        default:
          return at;
      }
    },
  });
  const refs: ActorRef<typeof subscriber>[] = [];
  for (let at = 0; at < 5; at++) {
    notes.push([]);
    const ref = await system.spawn(subscriber, at);
    refs.push(ref);
    if (at !== 4) topics.register("x", ref, undefined);
    if (at > 1) topics.register("y", ref, undefined);
  }
  // Twice under one key: it gets each message twice.
  if (refs[2] !== undefined) topics.register("x", refs[2], undefined);
  for (const [count, one] of steps.entries()) {
    switch (one.do) {
      case "publish":
        publish(topics, one.key, { count, deed: one.deed, key: one.key, sender: -1 });
        break;
      case "send":
        refs[one.actor]?.send({ count, deed: one.deed, key: "x", sender: -1 });
        break;
      case "pause":
        await clock.settle();
        break;
      default:
        await act(one.do, refs[one.actor]);
    }
  }
  for (const ref of refs) if (ref.isAlive) resume(ref).catch(() => undefined);
  await clock.advance(10);
  const stopped = system.stop();
  // One that is suspended still is killed when its time is up.
  await clock.advance(60_000);
  await stopped;
  return { notes, dropped: dropped.toSorted(), ended: ended.toSorted() };
}

async function act(what: "suspend" | "resume" | "kill" | "stop", ref: AnyActorRef | undefined): Promise<void> {
  if (ref === undefined || !ref.isAlive) return;
  if (what === "kill") ref.kill();
  // Asked for, not waited for: messages come before and after it.
  else if (what === "stop") ref.stop().catch(() => undefined);
  else (what === "suspend" ? suspend(ref) : resume(ref)).catch(() => undefined);
}

describe("registry.publish", () => {
  it("is a send to each, whatever else happens to them", async () => {
    await assert(
      asyncProperty(oneSender, async (steps) => {
        expect(await notesOf(steps, WAYS.publish)).toEqual(await notesOf(steps, WAYS.dispatch));
      }),
      { numRuns: 150 },
    );
  });

  it("keeps the order of each sender's messages", async () => {
    const bySender = async (steps: readonly Step[], publish: Publish) =>
      (await notesOf(steps, publish)).notes.map((notes) => Object.groupBy(notes, (note) => note.split(":")[0] ?? ""));
    await assert(
      asyncProperty(manySenders, async (steps) => {
        expect(await bySender(steps, WAYS.publish)).toEqual(await bySender(steps, WAYS.dispatch));
      }),
      { numRuns: 150 },
    );
  });

  it("counts as a message that waits until it is handled, and says to how many it went", async () => {
    const { system, clock } = newSystem();
    const topics = createRegistry<string>(system, { keys: "duplicate" });
    const idle = defineActor({ init: (_: void) => 0, handleInfo: (state) => state + 1 });
    for (let count = 0; count < 3; count++) topics.register("k", await system.spawn(idle), undefined);
    expect(topics.publish("nobody", 1)).toBe(0);
    expect(topics.publish("k", 1)).toBe(3);
    expect(system.tree().map(({ mailbox }) => mailbox)).toEqual([1, 1, 1]);
    await clock.settle();
    expect(system.tree().map(({ mailbox, handled }) => [mailbox, handled])).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
    await system.stop();
  });

  it("lets the event loop have its turn in the middle of many subscribers", async () => {
    const system = createSystem();
    const topics = createRegistry<string>(system, { keys: "duplicate" });
    let handled = 0;
    const counting = defineActor({
      init: (_: void) => 0,
      handleInfo: (state) => {
        handled++;
        return state;
      },
    });
    const spawned = await Promise.all(Array.from({ length: 30_000 }, () => system.spawn(counting)));
    for (const ref of spawned) topics.register("k", ref, undefined);
    await new Promise((resolve) => setImmediate(resolve));
    topics.publish("k", 1);
    await new Promise((resolve) => setImmediate(resolve));
    const first = handled;
    while (handled < 30_000) await new Promise((resolve) => setImmediate(resolve));
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(30_000);
    await system.stop();
  });

  it("freezes what it sends where the system's messages are frozen", async () => {
    const clock = createManualClock();
    const system = createSystem({ clock, messages: "frozen" });
    const topics = createRegistry<string>(system, { keys: "duplicate" });
    const seen: unknown[] = [];
    const noting = defineActor({
      init: (_: void) => 0,
      handleInfo: (state, message) => {
        seen.push(message);
        return state;
      },
    });
    topics.register("k", await system.spawn(noting), undefined);
    const message = { words: ["a"] };
    topics.publish("k", message);
    await clock.settle();
    expect(seen).toEqual([message]);
    expect(Object.isFrozen(message.words)).toBe(true);
    await system.stop();
  });
});
