// A server with a handler for each way to answer a call, and the system it is tested in.
// Knows nothing of what is expected of it.
import {
  createBus,
  createSystem,
  defineActor,
  exit,
  type From,
  noReply,
  type RuntimeEvent,
  refuse,
  reply,
  replyLater,
  stop,
  stopWithReply,
} from "../../runtime/index.ts";
import { createManualClock } from "../../testing/index.ts";

/** A system on a manual clock that writes down what was dropped. */
export function newSystem() {
  const clock = createManualClock();
  const bus = createBus<RuntimeEvent>({ clock });
  const dropped: string[] = [];
  bus.on("runtime.message.dropped", ({ about }) => dropped.push(`${about.cause} ${about.message}`));
  return { clock, bus, dropped, system: createSystem({ name: "test", clock, bus }) };
}

/** Something to wait for that a test opens. */
export interface Gate {
  readonly promise: Promise<void>;
  open(): void;
}
export function newGate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { promise, open: () => resolve() };
}

/** A server that answers in every way there is. */
export const server = defineActor({
  behaviourName: "server",
  init: (_: void) => ({ seen: [] as string[], kept: [] as From<unknown>[] }),
  handleCall: {
    note: (state, text: string) => reply(state.seen.length, { ...state, seen: [...state.seen, text] }),
    seen: (state) => reply(state.seen),
    keep: (state, _: void, self) => noReply({ ...state, kept: [...state.kept, self.from] }),
    release: (state, value: unknown) => {
      for (const from of state.kept) from.reply(value);
      return reply(state.kept.length);
    },
    refuseKept: (state, error: Error) => {
      for (const from of state.kept) from.fail(error);
      return reply(state.kept.length);
    },
    wait: async (state, gate: Gate) => {
      await gate.promise;
      return reply("waited", state);
    },
    work: (_state, gate: Gate) => replyLater(gate.promise.then(() => "worked")),
    failingWork: (_state, error: Error) => replyLater(Promise.reject<string>(error)),
    refuse: (_state, error: Error) => refuse(error),
    crash: (): ReturnType<typeof reply<string>> => {
      throw new TypeError("boom");
    },
    throwString: (): ReturnType<typeof reply<string>> => {
      throw "a string";
    },
    leave: (): ReturnType<typeof reply<string>> => exit({ exit: "left" }),
    stop: () => stop({ exit: "stopped" }),
    stopWithReply: () => stopWithReply("normal", "goodbye"),
    nonsense: () => 7 as unknown as ReturnType<typeof reply<number>>,
  },
  handleCast: {
    note: (state, text: string) => ({ ...state, seen: [...state.seen, text] }),
    crash: () => {
      throw new Error("cast boom");
    },
  },
});
