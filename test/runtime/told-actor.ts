// An actor that links, monitors and registers as it is told, and writes down what it hears.
// Knows nothing of what is expected of it.
import {
  type AnyActorRef,
  createSystem,
  defineActor,
  describeReason,
  type ExitReason,
  exit,
  isDown,
  isExit,
  type Monitor,
  reply,
  type Self,
} from "../../runtime/index.ts";
import { createManualClock } from "../../testing/index.ts";

/** A system on a manual clock. */
export function newSystem() {
  const clock = createManualClock();
  return { clock, system: createSystem({ name: "test", clock }) };
}

/** An actor that does what it is told and writes down what it hears. */
const parts = {
  init: (_: void) => ({ heard: [] as string[], monitors: [] as Monitor[] }),
  handleCall: {
    link: (state: Told, ref: AnyActorRef, self: Self) => {
      self.link(ref);
      return reply(undefined, state);
    },
    unlink: (state: Told, ref: AnyActorRef, self: Self) => {
      self.unlink(ref);
      return reply(undefined, state);
    },
    killThenUnlink: (state: Told, ref: AnyActorRef, self: Self) => {
      ref.kill();
      self.unlink(ref);
      return reply(undefined, state);
    },
    monitor: (state: Told, target: AnyActorRef | string, self: Self) => {
      const monitor = self.monitor(target);
      return reply(monitor, { ...state, monitors: [...state.monitors, monitor] });
    },
    killThenDemonitor: (state: Told, ref: AnyActorRef, self: Self) => {
      const monitor = self.monitor(ref);
      ref.kill();
      self.demonitor(monitor);
      return reply(undefined, state);
    },
    demonitor: (state: Told, monitor: Monitor, self: Self) => {
      self.demonitor(monitor);
      return reply(undefined, state);
    },
    register: (state: Told, name: string, self: Self) => {
      self.register(name);
      return reply(undefined, state);
    },
    sendTo: (state: Told, { to, messages }: { to: AnyActorRef; messages: readonly unknown[] }, self: Self) => {
      for (const message of messages) self.send(to, message);
      return reply(undefined, state);
    },
    heard: (state: Told) => reply(state.heard, state),
  },
  handleCast: {
    leave: (_state: Told, reason: ExitReason): Told => exit(reason),
  },
  handleInfo: (state: Told, message: unknown, self: Self): Told => {
    const heard = isExit(message)
      ? `EXIT(${message.from?.actorName},${describeReason(message.reason)})`
      : isDown(message)
        ? `DOWN(${message.ref?.actorName},${describeReason(message.reason)})${self.system.whereis("watched") === undefined ? "" : " name still taken"}`
        : String(message);
    return { ...state, heard: [...state.heard, heard] };
  },
};
interface Told {
  readonly heard: string[];
  readonly monitors: Monitor[];
}
/** It dies of exit signals. */
export const plain = defineActor(parts);
/** It traps them. */
export const trapping = defineActor({ ...parts, trapExit: true });
