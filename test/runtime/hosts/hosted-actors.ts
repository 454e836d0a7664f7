// Actors for the tests of hosts: each test runs them in threads or processes, by this module's address.
// Knows nothing of who starts them.
import { readFileSync, writeFileSync } from "node:fs";
import { threadId } from "node:worker_threads";
import {
  type ActorRef,
  type AnyActorRef,
  defineActor,
  type ExitReason,
  exit,
  ignore,
  isDown,
  isExit,
  noReply,
  refuse,
  reply,
  stop,
} from "../../../runtime/index.ts";

/** Adds up, fails and stands still on request. */
export const counter = defineActor({
  init: (start: number) => start,
  handleCall: {
    add: (state, n: number) => reply(state + n, state + n),
    where: (_state, _: void) => reply({ threadId, pid: process.pid }),
    crash: (_state, _: void): never => {
      throw new TypeError("as asked");
    },
    leave: (_state, reason: ExitReason) => exit(reason),
    refused: (_state, _: void) => refuse(new RangeError("not today")),
    uncloneable: (_state, _: void) => reply(() => 1 as unknown),
    never: (state, _: void) => noReply(state),
    loop: (_state, _: void): never => {
      for (;;);
    },
    /** Stands still from the next phase of the event loop on, and leaves a file to say so where one is named: its answer still gets out. */
    loopSoon: (_state, sign: string | undefined) => {
      setImmediate(() => {
        if (sign !== undefined) writeFileSync(sign, "");
        for (;;);
      });
      return reply(true);
    },
    loopFor: (_state, ms: number) => {
      const until = performance.now() + ms;
      while (performance.now() < until);
      return reply(true);
    },
  },
  handleCast: {
    reset: (_state, to: number) => to,
    loop: (_state, _: void): never => {
      for (;;);
    },
    /** Blocks in a native call until somebody writes to this pipe. */
    readPipe: (state, path: string) => state + readFileSync(path).byteLength,
    exhaust: (state, _: void) => {
      const kept: unknown[] = [];
      for (;;) kept.push(new Array(100_000).fill(state));
    },
    leaveProcess: (state, code: number) => {
      process.exit(code);
      return state;
    },
  },
});

/** Answers with what it was sent. */
export const echo = defineActor({
  init: (_: void) => 0,
  handleCall: {
    say: (_state, message: unknown) => reply(message),
    size: (_state, buffer: ArrayBufferLike) => reply(buffer.byteLength),
    isRef: (_state, ref: AnyActorRef) => reply(typeof ref.send === "function" && ref.isAlive),
    same: (_state, pair: readonly [AnyActorRef, AnyActorRef]) => reply(pair[0] === pair[1]),
    callBack: async (_state, ref: ActorRef<typeof counter>) => reply(await ref.call("add", 1)),
    callName: async (_state, name: string, self) => reply(await self.system.named<typeof counter>(name).call("add", 1)),
  },
  handleCast: {
    sendTo: (state, { to, message }: { readonly to: AnyActorRef; readonly message: unknown }) => {
      to.send(message);
      return state;
    },
    sendName: (state, { name, message }: { readonly name: string; readonly message: unknown }, self) => {
      self.send(name, message);
      return state;
    },
    castAll: (state, { to, count }: { readonly to: ActorRef<typeof counter>; readonly count: number }) => {
      for (let at = 0; at < count; at++) to.cast("reset", at);
      return state;
    },
    register: (state, name: string, self) => {
      self.register(name);
      return state;
    },
    answer: (state, from: { reply(value: unknown): void }) => {
      from.reply("answered elsewhere");
      return state;
    },
  },
});

/** Watches, links and tells `to` what it hears. */
export const watcher = defineActor({
  init: (to: AnyActorRef) => to,
  trapExit: true,
  handleCall: {
    link: (_state, ref: AnyActorRef, self) => {
      self.link(ref);
      return reply(true);
    },
    unlink: (_state, ref: AnyActorRef, self) => {
      self.unlink(ref);
      return reply(true);
    },
    monitor: (_state, target: AnyActorRef | string, self) => {
      self.monitor(target);
      return reply(true);
    },
    child: async (_state, start: number, self) => reply(await self.spawn(counter, start)),
    alias: (_state, _: void, self) => reply(self.alias()),
  },
  handleInfo: (to, message) => {
    if (isDown(message)) to.send({ heard: "down", reason: message.reason, ref: message.ref });
    else if (isExit(message)) to.send({ heard: "exit", reason: message.reason, from: message.from });
    else to.send({ heard: message });
    return to;
  },
  terminate: (reason, to) => to.send({ heard: "terminate", reason }),
});

/** Does what its argument says when it starts. */
export const starter = defineActor({
  init: (how: "ignore" | "throw" | "stop" | "hang" | "hang-stop") => {
    if (how === "ignore") return ignore();
    if (how === "throw") throw new RangeError("no start");
    if (how === "stop") return stop({ exit: "as asked" });
    if (how === "hang") return new Promise<string>(() => undefined);
    return how;
  },
  trapExit: true,
  terminate: () => new Promise<void>(() => undefined),
});

/** What no behaviour is. */
export const notABehaviour = { init: 1 };
