import { describe, expectTypeOf, it } from "vitest";
import {
  type ActorRef,
  type ActorSystem,
  type AnyActorRef,
  type ArgsOf,
  child,
  createBus,
  createSystem,
  defineActor,
  type EventOf,
  type EventsFitting,
  type From,
  ignore,
  noReply,
  type RuntimeEvent,
  refuse,
  reply,
  replyLater,
  type StateOf,
  type SupervisorRef,
  startChild,
  startOf,
  stop,
  stopWithReply,
  supervisor,
} from "../../runtime/index.ts";
import type { CheckedPattern } from "../../runtime/topic-messages.ts";

const counter = defineActor({
  init: (start: number, self) => (start < 0 ? ignore() : start > 9 ? stop({ exit: self.ref.actorName }) : start),
  handleCall: {
    add: (state, n: number, self) => {
      expectTypeOf(self.ref).toEqualTypeOf<AnyActorRef>();
      return reply(state + n, state + n);
    },
    get: (state) => reply(state),
    later: (state, _: void) => noReply(state),
    typed: (state, _text: string, self) => {
      const from: From<Date> = self.replyTo<Date>();
      return noReply(state, from);
    },
    work: (state, text: string) => replyLater(Promise.resolve(text), state),
    slow: async (state, text: string) => reply(text.length, state),
    either: (_state, isBig: boolean) => (isBig ? reply("x") : replyLater(Promise.resolve("y"))),
    refusing: (_state, isBig: boolean) => (isBig ? reply(1) : refuse(new Error("no"))),
    leaving: () => stopWithReply("normal", true),
    optional: (state, _text?: string) => reply(state),
  },
  handleCast: {
    reset: (_state, to: number) => to,
    halt: (state) => stop("normal", state),
    slow: async (state) => state,
  },
  handleInfo: (state, message) => {
    expectTypeOf(message).toEqualTypeOf<unknown>();
    return state;
  },
  terminate: (_reason, state) => {
    expectTypeOf(state).toEqualTypeOf<number>();
  },
  trapExit: true,
});
const opened = defineActor({
  init: async (_: void, _self) => ({ isOpen: true, left: [] as readonly string[] }),
  handleCall: { left: (state) => reply(state.left) },
});

// What is inside is compiled, not run.
const compiled = (_body: (system: ActorSystem) => unknown): void => {};

describe("types of a behaviour", () => {
  it("follow from init and the handlers", () => {
    expectTypeOf<StateOf<typeof counter>>().toEqualTypeOf<number>();
    expectTypeOf<ArgsOf<typeof counter>>().toEqualTypeOf<number>();
    expectTypeOf<StateOf<typeof opened>>().toEqualTypeOf<{ isOpen: boolean; left: readonly string[] }>();
  });

  it("refuse what does not fit together", () => {
    compiled(() => {
      // @ts-expect-error: terminate without trapExit
      defineActor({ init: (_: void) => 0, terminate: () => {} });
      // @ts-expect-error: the next state must be a number
      defineActor({ init: (_: void) => 0, handleCall: { add: (state) => reply(state, "text") } });
      // @ts-expect-error: a call handler answers through reply, not by its bare value
      defineActor({ init: (_: void) => 0, handleCall: { add: (state) => state } });
      // @ts-expect-error: the next state must be a number
      defineActor({ init: (_: void) => 0, handleCast: { add: () => "text" } });
      // @ts-expect-error: init is missing
      defineActor({ handleCast: {} });
    });
  });
});

describe("types of a reference", () => {
  it("infer what a call answers", () => {
    compiled(async (system) => {
      const ref = await system.spawn(counter, 10, { name: "counter" });
      expectTypeOf(ref).toEqualTypeOf<ActorRef<typeof counter>>();
      expectTypeOf(await ref.call("add", 2)).toEqualTypeOf<number>();
      expectTypeOf(await ref.call("get")).toEqualTypeOf<number>();
      expectTypeOf(await ref.call("later")).toEqualTypeOf<unknown>();
      expectTypeOf(await ref.call("typed", "x")).toEqualTypeOf<Date>();
      expectTypeOf(await ref.call("work", "x")).toEqualTypeOf<string>();
      expectTypeOf(await ref.call("slow", "x")).toEqualTypeOf<number>();
      expectTypeOf(await ref.call("either", true)).toEqualTypeOf<string>();
      expectTypeOf(await ref.call("refusing", true)).toEqualTypeOf<number>();
      expectTypeOf(await ref.call("leaving")).toEqualTypeOf<boolean>();
      expectTypeOf(await ref.call("optional")).toEqualTypeOf<number>();
      ref.cast("reset", 0);
      ref.cast("halt");
      const other = await system.spawn(opened);
      expectTypeOf(await other.call("left", undefined, { timeoutMs: 5 })).toEqualTypeOf<readonly string[]>();
      expectTypeOf(system.whereis<typeof counter>("counter")).toEqualTypeOf<ActorRef<typeof counter> | undefined>();
    });
  });

  it("refuse wrong names and payloads", () => {
    compiled(async (system) => {
      const ref = await system.spawn(counter, 10);
      // @ts-expect-error: the payload is a number
      await ref.call("add", "2");
      // @ts-expect-error: no such call
      await ref.call("ad", 2);
      // @ts-expect-error: the payload is missing
      await ref.call("add");
      // @ts-expect-error: casts are checked too
      ref.cast("reset", "0");
      // @ts-expect-error: a call is no cast
      ref.cast("add", 1);
      // @ts-expect-error: init takes a number
      await system.spawn(counter, "10");
      // @ts-expect-error: init takes a number, and none came
      await system.spawn(counter);
      // @ts-expect-error: there is no such option
      await ref.call("get", undefined, { timeout: 5 });
    });
  });
});

describe("types of supervisors", () => {
  it("give a started child its type", () => {
    compiled(async (system) => {
      const top: SupervisorRef = await system.spawn(
        supervisor({ strategy: "one_for_all", children: [child("c", counter, 1)] }),
      );
      const ref = await startChild(top, child("counter", counter, 10));
      expectTypeOf(ref).toEqualTypeOf<ActorRef<typeof counter>>();
      const lazy = await startChild(top, { id: "lazy", start: () => startOf(counter, 10) });
      expectTypeOf(lazy).toEqualTypeOf<ActorRef<typeof counter>>();
      // @ts-expect-error: the child's init takes a number
      child("counter", counter, "10");
      // @ts-expect-error: no such strategy
      supervisor({ strategy: "none_for_one" });
    });
  });
});

describe("types of the bus", () => {
  type Mine = EventOf<"job.call.stopped", { readonly durationMs: number }, { readonly job: string }>;

  it("narrow by pattern, and refuse topics that do not exist", () => {
    const bus = createBus<Mine | RuntimeEvent>();
    compiled(() => {
      bus.on("job.call.stopped", (event) => expectTypeOf(event).toEqualTypeOf<Mine>());
      bus.on("job.*.stopped", (event) => expectTypeOf(event).toEqualTypeOf<Mine>());
      bus.on("job.#", (event) => expectTypeOf(event).toEqualTypeOf<Mine>());
      bus.on("#", (event) => expectTypeOf(event).toEqualTypeOf<Mine | RuntimeEvent>());
      bus.on("runtime.actor.*", (event) => {
        expectTypeOf(event.type).toEqualTypeOf<"runtime.actor.exited" | "runtime.actor.started">();
      });
      // @ts-expect-error: misspelt
      bus.on("job.call.stoped", () => {});
      // @ts-expect-error: one * is one word
      bus.on("job.*", () => {});
      // @ts-expect-error: a measure is missing
      bus.emit("job.call.stopped", "x", {}, { job: "a" });
      createSystem({ bus });
      // @ts-expect-error: this bus does not carry the kernel's events
      createSystem({ bus: createBus<Mine>() });
    });
  });

  it("say what was misspelt and name what may have been meant", () => {
    type Either = Mine | RuntimeEvent;
    type Said<Pattern extends string> = CheckedPattern<EventsFitting<Either, Pattern>, Either["type"], Pattern>;
    expectTypeOf<Said<"job.*.stopped">>().toEqualTypeOf<"job.*.stopped">();
    expectTypeOf<Said<"runtime.actor.exitd">>().toEqualTypeOf<
      | "'runtime.actor.exitd' fits no event; did you mean one of these?"
      | "runtime.actor.exited"
      | "runtime.actor.started"
    >();
    expectTypeOf<Said<"job.cal.stopped">>().toEqualTypeOf<
      "'job.cal.stopped' fits no event; did you mean one of these?" | "job.call.stopped"
    >();
    expectTypeOf<Said<"jobs.call.stopped">>().toEqualTypeOf<
      "'jobs.call.stopped' fits no event; did you mean one of these?" | "job.call.stopped"
    >();
    expectTypeOf<Said<"runtime.actor">>().toEqualTypeOf<
      "'runtime.actor' fits no event; did you mean one of these?" | "runtime.actor.exited" | "runtime.actor.started"
    >();
    expectTypeOf<Said<"nonsense">>().toEqualTypeOf<
      "'nonsense' fits no event; did you mean one of these?" | "job.#" | "runtime.#"
    >();
    expectTypeOf<Said<string>>().toExtend<`Expected a pattern that stands in the code${string}`>();
    compiled(() => {
      const bus = createBus<Mine>();
      // @ts-expect-error: 'job.call.stoped' fits no event; did you mean "job.call.stopped"
      bus.events("job.call.stoped");
      // @ts-expect-error: a pattern that is made at run time
      bus.on(String("job.#"), () => {});
    });
  });
});
