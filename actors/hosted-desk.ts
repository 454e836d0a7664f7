// Where modules in threads ask for what only this thread has: their steps, the model, the record of their tools.
// Knows nothing of how a module got into its thread.
import type { HostedOutcome } from "../programs/index.ts";
import { BaseError } from "../runtime/base/index.ts";
import { defineActor, type NoReply, replyLater } from "../runtime/index.ts";
import type { HostedAsk, HostedSession } from "./hosted-session.ts";

type Sessions = ReadonlyMap<number, HostedSession>;

/** The desk. Its state is the calls that are open, which whoever makes the calls keeps. */
export const hostedDesk = defineActor({
  behaviourName: "hosted-desk",
  init: (sessions: Sessions) => sessions,
  handleCall: {
    ask: (sessions: Sessions, asked: HostedAsk): NoReply<HostedOutcome, never> => {
      const session = sessions.get(asked.callId);
      return replyLater(session === undefined ? Promise.reject(callOver(asked.callId)) : session.ask(asked));
    },
  },
  handleCast: {
    begun: (sessions: Sessions, callId: number): Sessions => {
      const session = sessions.get(callId);
      if (session !== undefined) session.isBegun = true;
      return sessions;
    },
    abort: (sessions: Sessions, { callId, requestId, reason }: HostedAbort): Sessions => {
      sessions.get(callId)?.abort(requestId, reason);
      return sessions;
    },
  },
});

/** One request that its asker does not wait for any more. */
export interface HostedAbort {
  readonly callId: number;
  readonly requestId: number;
  readonly reason: unknown;
}

function callOver(callId: number): BaseError {
  return new BaseError("PROGRAM_ABORTED", "The call that this module works for is over.", { details: { callId } });
}
