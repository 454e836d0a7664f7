// The kernel's errors in words: calls, names, starts and stops that did not work out.
// Knows nothing of when they happen.
import { BaseError } from "./base/index.ts";
import { describeReason, type ExitReason, Failure, type HandledMessage } from "./exit-reason.ts";

/** The actor ended before it answered, or had ended before it was asked. `details`: actor, actorId, reason, message. */
export function actorDown(actor: string, actorId: number, reason: ExitReason, message: HandledMessage): BaseError {
  const words =
    reason === "noproc"
      ? `Actor "${actor}" is not running, so ${message} was not handled.`
      : `Actor "${actor}" ended before it answered ${message}: ${describeReason(reason)}${wordsOfHandled(reason, message)}.`;
  return new BaseError("ACTOR_DOWN", `${words} Call its next incarnation if a supervisor restarts it.`, {
    ...(reason instanceof Failure ? { cause: reason.thrown } : {}),
    retryable: true,
    details: { actor, actorId, reason, message },
  });
}

/** The reason of an ended actor's abort signal: the same code, for work that nobody called. */
export function actorEnded(actor: string, actorId: number, reason: ExitReason): BaseError {
  return new BaseError(
    "ACTOR_DOWN",
    `Actor "${actor}" ended: ${describeReason(reason)}. What it had started was called off.`,
    {
      ...(reason instanceof Failure ? { cause: reason.thrown } : {}),
      retryable: true,
      details: { actor, actorId, reason },
    },
  );
}

function wordsOfHandled(reason: ExitReason, message: HandledMessage): string {
  if (!(reason instanceof Failure) || reason.message === undefined || reason.message === message) return "";
  return `, while handling ${reason.message}`;
}

export function callTimeout(actor: string, message: HandledMessage, timeoutMs: number): BaseError {
  return new BaseError(
    "CALL_TIMEOUT",
    `Actor "${actor}" did not answer ${message} within ${timeoutMs} ms. It may still be working on it; a late answer is dropped. Give the call more time (timeoutMs), or make the handler answer later (replyLater).`,
    { retryable: true, details: { actor, message, timeoutMs } },
  );
}

export function callAborted(actor: string, message: HandledMessage, cause: unknown): BaseError {
  return new BaseError("CALL_ABORTED", `The caller called off ${message} to actor "${actor}".`, {
    cause,
    details: { actor, message },
  });
}

export function callingSelf(actor: string, message: HandledMessage): BaseError {
  return new BaseError(
    "CALLING_SELF",
    `Actor "${actor}" made ${message} to itself and would wait for ever. Call the function that handles it, or send it a cast.`,
    { details: { actor, message } },
  );
}

export function timeoutInvalid(timeoutMs: unknown): BaseError {
  return new BaseError(
    "OPTION_INVALID",
    `Expected timeoutMs to be a number of milliseconds ≥ 0 or Infinity, found ${String(timeoutMs)}.`,
    {
      details: { option: "timeoutMs", found: String(timeoutMs) },
    },
  );
}

export function nameUnknown(name: string, known: Iterable<string>, near: string | undefined): BaseError {
  const names = [...known];
  return new BaseError(
    "NAME_UNKNOWN",
    `Expected the name of a living actor, found "${name}".${near === undefined ? "" : ` Did you mean "${near}"?`} Its actor may be between two incarnations.`,
    { retryable: true, details: { name, known: names.slice(0, 20) } },
  );
}

export function nameTaken(name: string, holder: string, actorId: number): BaseError {
  return new BaseError(
    "NAME_TAKEN",
    `Expected a free name, found "${name}", which actor "${holder}" (${actorId}) has. Stop that one first or choose another name.`,
    {
      details: { name, actor: holder, actorId },
    },
  );
}

/** Nobody by this name offers hosts. */
export function hostUnknown(host: string): BaseError {
  return new BaseError(
    "HOST_UNKNOWN",
    `Expected host to be a living actor made by threadHosts or processHosts, found ${host}. Start one before what it is to run, as an earlier child of the same supervisor.`,
    { retryable: true, details: { host } },
  );
}

export function startFailed(actor: string, reason: ExitReason): BaseError {
  return new BaseError("START_FAILED", `Actor "${actor}" did not start: ${describeReason(reason)}.`, {
    ...(reason instanceof Failure ? { cause: reason.thrown } : {}),
    details: { actor, reason },
  });
}

export function startIgnored(actor: string): BaseError {
  return new BaseError("START_IGNORED", `Actor "${actor}" chose not to start: its init returned ignore().`, {
    details: { actor },
  });
}

export function startTimeout(actor: string, initTimeoutMs: number): BaseError {
  return new BaseError(
    "START_TIMEOUT",
    `Actor "${actor}" was not started within ${initTimeoutMs} ms and was killed. Give it more time (initTimeoutMs), or acquire less in init.`,
    {
      retryable: true,
      details: { actor, initTimeoutMs },
    },
  );
}

export function stopTimeout(actor: string, timeoutMs: number): BaseError {
  return new BaseError(
    "STOP_TIMEOUT",
    `Actor "${actor}" was not down within ${timeoutMs} ms of being asked to stop. It goes on stopping; kill() ends it at once.`,
    {
      details: { actor, timeoutMs },
    },
  );
}

export function systemStopped(system: string): BaseError {
  return new BaseError(
    "SYSTEM_STOPPED",
    `System "${system}" is stopping or has stopped, so it starts nothing. Create another system.`,
    {
      details: { system },
    },
  );
}

export function resultInvalid(
  actor: string,
  message: HandledMessage | undefined,
  expected: string,
  found: unknown,
): BaseError {
  const came = wordsOfFound(found);
  return new BaseError(
    "RESULT_INVALID",
    `Expected the handler of ${message ?? "a message"} in actor "${actor}" to return ${expected}, found ${came}.`,
    { details: { actor, message, found: came } },
  );
}

export function continueUnhandled(actor: string): BaseError {
  return new BaseError(
    "RESULT_INVALID",
    `Expected actor "${actor}" to have a handleContinue, because a handler returned next(…, { continueWith }).`,
    { details: { actor } },
  );
}

export function stopFailed(actor: string, asked: ExitReason, reason: ExitReason): BaseError {
  return new BaseError(
    "STOP_FAILED",
    `Expected actor "${actor}" to stop with ${describeReason(asked)}, but it ended with ${describeReason(reason)}.`,
    {
      ...(reason instanceof Failure ? { cause: reason.thrown } : {}),
      details: { actor, asked, reason },
    },
  );
}

/** What a handler returned in its place: the maker's name where it is one of the kernel's own. */
function wordsOfFound(found: unknown): string {
  if (typeof found !== "object" || found === null) return found === null ? "null" : typeof found;
  const { name } = found.constructor ?? {};
  return name === undefined || name === "Object" ? "an object" : `a ${name}`;
}

export function refInvalid(): BaseError {
  return new BaseError("REF_FOREIGN", "Expected a reference to an actor, found something else.");
}
