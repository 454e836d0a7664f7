// An actor that fails in a way that has a name: one mode per failure.
// Knows nothing of what is done about it; that is what the test is about.
import { BaseError, nearest } from "../runtime/base/index.ts";
import {
  type AnyActorRef,
  type CallResult,
  defineActor,
  type ExitReason,
  exit,
  type HandlerResult,
  type Ignore,
  ignore,
  type MaybePromise,
  noReply,
  reply,
  type Self,
} from "../runtime/index.ts";

/** Every way to fail. */
export const MISCHIEF = [
  "throw",
  "reject",
  "hang",
  "exit",
  "answer-twice",
  "answer-late",
  "never-start",
  "fail-start",
  "ignore-start",
  "never-stop",
  "fail-stop",
  "flood",
  "garbage",
  "die-mid-stream",
] as const;

/**
 * A way to fail:
 *
 * - `throw`, `reject`: the handler throws, or its promise rejects
 * - `hang`: the handler's promise never settles
 * - `exit`: the actor ends with `reason`
 * - `answer-twice`, `answer-late`: two answers to one call; one after `lateMs`
 * - `never-start`, `fail-start`, `ignore-start`: `init` never settles, throws, ignores the start
 * - `never-stop`, `fail-stop`: `terminate` never settles, or throws
 * - `flood`: `count` messages to `to` (itself, if nobody is named), then the answer
 * - `garbage`: a result that is none
 * - `die-mid-stream`: half of `count` parts to `to`, then it is killed
 */
export type Mischief = (typeof MISCHIEF)[number];

/** How often it fails, and how much. */
export interface MisbehavingOptions {
  /** How many times it fails, over all its incarnations; then it is good. Default for ever. */
  readonly times?: number;
  /** Of `exit`. Default `{ exit: "mischief" }`. */
  readonly reason?: ExitReason;
  /** Milliseconds on the system's clock until `answer-late` answers. Default 10,000, twice as long as a call waits. */
  readonly lateMs?: number;
  /** Messages of `flood`, parts of `die-mid-stream`. Default 1000 and 10. */
  readonly count?: number;
  /** Who gets them: a reference or a name. Default the actor itself. */
  readonly to?: AnyActorRef | string;
}

/** One message of a flood or a stream. */
export class MischiefPart {
  readonly part: number;
  readonly of: number;

  /** @internal */
  constructor(part: number, of: number) {
    this.part = part;
    this.of = of;
  }
}

/**
 * Makes a behaviour that does `mode` for each message it handles (for each start or stop, where that is what fails).
 *
 * `call("work", value)` answers the value where it is good, `cast("work")` and other messages do nothing then. What is counted by
 * `times` is counted by this behaviour, so that a restarted child may be good.
 * @throws MISCHIEF_UNKNOWN
 * @example
 * const flaky = child("flaky", misbehaving("throw", { times: 1 }));
 */
export function misbehaving(mode: Mischief, options: MisbehavingOptions = {}) {
  if (!MISCHIEF.includes(mode)) throw mischiefUnknown(mode);
  const { times = Number.POSITIVE_INFINITY, reason = { exit: "mischief" }, lateMs = 10_000 } = options;
  const { count = mode === "flood" ? 1000 : 10 } = options;
  let left = times;
  const isDue = (asked: Mischief): boolean => {
    if (mode !== asked || left <= 0) return false;
    left--;
    return true;
  };
  const sendParts = (self: Self, upTo: number): void => {
    for (let part = 0; part < upTo; part++) self.send(options.to ?? self.ref, new MischiefPart(part, count));
  };

  /** What any message sets off; what only a result can do wrong comes after it. */
  const fail = (self: Self): Promise<never> | undefined => {
    if (isDue("throw")) throw mischief(mode);
    if (isDue("exit")) exit(reason);
    if (isDue("reject")) return Promise.reject(mischief(mode));
    if (isDue("hang")) return new Promise<never>(() => {});
    if (isDue("flood")) sendParts(self, count);
    if (isDue("die-mid-stream")) {
      sendParts(self, Math.floor(count / 2));
      self.ref.kill();
    }
    return undefined;
  };
  const handle = (state: number, self: Self): MaybePromise<HandlerResult<number>> => {
    // A cast has no caller to answer: no result of one may be an answer, whatever its type says.
    return fail(self) ?? (isDue("garbage") ? (reply("garbage") as never) : state + 1);
  };

  return defineActor({
    behaviourName: `misbehaving (${mode})`,
    init: (_: void): MaybePromise<HandlerResult<number> | Ignore> => {
      if (isDue("fail-start")) throw mischief(mode);
      if (isDue("ignore-start")) return ignore();
      return isDue("never-start") ? new Promise<never>(() => {}) : 0;
    },
    handleCall: {
      work: (state: number, value: unknown, self): MaybePromise<CallResult<unknown, number>> => {
        const failing = fail(self);
        if (failing !== undefined) return failing;
        const from = self.replyTo<unknown>();
        if (isDue("answer-twice")) {
          from.reply(value);
          from.reply(value);
          return noReply(state + 1);
        }
        if (isDue("answer-late")) {
          self.system.clock.setTimer(lateMs, () => from.reply(value));
          return noReply(state + 1);
        }
        // A call's handler must hand back a result made for it, whatever its type says.
        return isDue("garbage") ? ("garbage" as never) : reply(value, state + 1);
      },
    },
    handleCast: { work: (state: number, _payload: unknown, self) => handle(state, self) },
    // The parts of its own flood are no reason for another.
    handleInfo: (state, message, self) => (message instanceof MischiefPart ? state + 1 : handle(state, self)),
    terminate: () => {
      if (isDue("fail-stop")) throw mischief(mode);
      return isDue("never-stop") ? new Promise<void>(() => {}) : undefined;
    },
    trapExit: mode === "never-stop" || mode === "fail-stop",
  });
}

function mischief(mode: Mischief): Error {
  return new Error(`mischief: ${mode}`);
}

function mischiefUnknown(mode: string): BaseError {
  const near = nearest(mode, MISCHIEF);
  return new BaseError(
    "MISCHIEF_UNKNOWN",
    `Expected one of ${MISCHIEF.join(", ")}, got "${mode}".${near === undefined ? "" : ` Did you mean "${near}"?`}`,
    { details: { found: mode } },
  );
}
