// An actor that keeps what it is sent, for tests that wait until something has come.
// Knows nothing of hosts.
import { type ActorSystem, type AnyActorRef, defineActor, noReply, reply } from "../../../runtime/index.ts";

interface InboxState {
  readonly messages: unknown[];
  readonly waiting: { readonly count: number; reply(messages: readonly unknown[]): void }[];
}

const inboxActor = defineActor({
  init: (_: void): InboxState => ({ messages: [], waiting: [] }),
  handleCall: {
    atLeast: (state, count: number, self) => {
      if (state.messages.length >= count) return reply(state.messages as readonly unknown[]);
      const from = self.replyTo<readonly unknown[]>();
      state.waiting.push({ count, reply: (messages) => from.reply(messages) });
      return noReply(state, from);
    },
  },
  handleInfo: (state, message) => {
    state.messages.push(message);
    for (const one of state.waiting.splice(0)) {
      if (state.messages.length >= one.count) one.reply(state.messages);
      else state.waiting.push(one);
    }
    return state;
  },
});

/** What was sent to an inbox, and its reference. */
export interface Inbox {
  readonly ref: AnyActorRef;
  /** The messages, once there are that many. */
  atLeast(count: number): Promise<readonly unknown[]>;
}

export async function openInbox(system: ActorSystem): Promise<Inbox> {
  const ref = await system.spawn(inboxActor);
  return { ref, atLeast: (count) => ref.call("atLeast", count, { timeoutMs: 15_000 }) };
}
