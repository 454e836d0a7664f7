// The failures of the bridge, one maker each, and how an exception of Python's reads here.
// Knows nothing of pools or programs.
import { BaseError, canonicalJson, type ErrorRecord, isBaseError, toErrorRecord } from "../runtime/base/index.ts";
import type { Failure } from "./messages.ts";

/** Characters of a failure's text that cross, as many as Python's side sends: an error that holds a whole answer must not fill a batch. */
const MOST_TEXT = 20_000;
const PASS_PLAIN = "Pass texts, numbers, booleans, null, bytes, lists, objects, Maps, Sets and Dates.";

/** A value has no form in which Python could have it. */
export function valueUnserializable(path: string, found: string, remedy = PASS_PLAIN): BaseError {
  return new BaseError(
    "BRIDGE_VALUE_UNSERIALIZABLE",
    `Expected a value that Python knows at ${path}, found ${found}. ${remedy}`,
    { details: { path, found } },
  );
}

/** Bytes that should be a value are none. */
export function payloadInvalid(problem: string, cause?: unknown): BaseError {
  return new BaseError(
    "BRIDGE_PAYLOAD_INVALID",
    `A payload cannot be read: ${problem}. Worker and host may be of different releases, or a protocol of yours writes what it does not read.`,
    { cause, details: { problem } },
  );
}

/** A value is larger than may be sent. */
export function payloadTooLarge(sizeBytes: number, limitBytes: number): BaseError {
  return new BaseError(
    "BRIDGE_PAYLOAD_TOO_LARGE",
    `A value of ${sizeBytes} bytes is larger than the ${limitBytes} that may be sent. Send parts of it as a stream, put it in a file, or raise the pool's \`limits.payloadBytes\`.`,
    { details: { sizeBytes, limitBytes } },
  );
}

/** The worker's process did not come so far as to listen. */
export function workerStartFailed(worker: string, reason: string, printed: readonly string[]): BaseError {
  const output = printed.length === 0 ? "" : `\nIt printed:\n  ${printed.join("\n  ")}`;
  return new BaseError(
    "BRIDGE_WORKER_START_FAILED",
    `The Python worker ${worker} did not start: ${reason}. \`dspex python doctor\` checks the environment.${output}`,
    { retryable: true, details: { worker, reason, printed } },
  );
}

/** The worker is gone, or its stream is. */
export function workerLost(worker: string, reason: string, cause?: unknown): BaseError {
  return new BaseError(
    "BRIDGE_WORKER_LOST",
    `The Python worker ${worker} is gone: ${reason}. Whether it had done its work is not known; a call that may run twice is made again with \`repeatable: true\`.`,
    { retryable: true, cause, details: { worker, reason } },
  );
}

/** The pool has been closed. */
export function poolClosed(poolName: string): BaseError {
  return new BaseError("BRIDGE_POOL_CLOSED", `The pool "${poolName}" of Python workers is closed.`, {
    details: { poolName },
  });
}

/** The session has ended. */
export function sessionOver(sessionId: string, worker: string, reason: string): BaseError {
  return new BaseError(
    "BRIDGE_SESSION_OVER",
    `The session ${sessionId} on the Python worker ${worker} is over: ${reason}. Its state is gone; open another.`,
    { details: { sessionId, worker, reason } },
  );
}

/** The one worker that may do the call has no room. */
export function workerBusy(poolName: string, key: string, worker?: string): BaseError {
  const problem =
    worker === undefined
      ? `An earlier call of "${key}" still waits for its first Python worker of the pool "${poolName}".`
      : `The Python worker ${worker} of the pool "${poolName}", which holds the state of "${key}", has no room for another call.`;
  return new BaseError("BRIDGE_WORKER_BUSY", `${problem} Try again later, or wait for it: \`mode: "strict-queue"\`.`, {
    retryable: true,
    details: { poolName, key, worker },
  });
}

/** More calls wait for a worker than may. */
export function queueFull(poolName: string, maxQueued: number): BaseError {
  return new BaseError(
    "BRIDGE_QUEUE_FULL",
    `${maxQueued} calls wait for a worker of the pool "${poolName}" already. Call less at once, give the pool more workers (\`size\`), or raise \`maxQueued\`.`,
    { retryable: true, details: { poolName, maxQueued } },
  );
}

/** A stream could never bring an element, or its credit cannot be told to Python. */
export function creditInvalid(credit: unknown, most: number): BaseError {
  return new BaseError(
    "BRIDGE_CREDIT_INVALID",
    `Expected \`credit\` to be a whole number of elements, from 1 to ${most}, got ${typeof credit === "string" ? JSON.stringify(credit) : String(credit)}. It is how many may be under way before one has been taken; 64 where nothing is said.`,
    { details: { credit, most } },
  );
}

/** The worker broke the protocol; nothing it says counts any more. */
export function frameInvalid(worker: string, problem: string): BaseError {
  return new BaseError(
    "BRIDGE_FRAME_INVALID",
    `The Python worker ${worker} broke the protocol: ${problem}. It is ended; if it is a worker of this release, report it.`,
    { retryable: true, details: { worker, problem } },
  );
}

/** Neither the worker nor its deadline answered. */
export function callTimeout(handler: string, timeoutMs: number): BaseError {
  return new BaseError(
    "BRIDGE_CALL_TIMEOUT",
    `"${handler}" gave no answer within ${Math.round(timeoutMs)} ms. Give it more time (\`timeoutMs\`), or make it faster; one that holds the interpreter is ended with its worker.`,
    { retryable: true, details: { handler, timeoutMs } },
  );
}

/** There was no time left when the call was to be made. */
export function callLate(handler: string): BaseError {
  return new BaseError(
    "BRIDGE_CALL_TIMEOUT",
    `There was no time left for ${whoWaits(handler)}, and nobody was asked. Give it more (\`timeoutMs\`), or ask earlier.`,
    { retryable: true, details: { handler, timeoutMs: 0 } },
  );
}

/** How busy a pool is whose workers are waited for. */
export interface PoolLoad {
  readonly poolName: string;
  /** Workers at most. */
  readonly size: number;
  readonly workers: number;
  readonly starting: number;
  readonly sessions: number;
  readonly running: number;
}

/** No worker was free in time. */
export function waitTimeout(handler: string, timeoutMs: number, load: PoolLoad): BaseError {
  const { poolName, size, workers, starting, sessions, running } = load;
  const state = [
    `${workers} of at most ${size} workers are there`,
    ...(starting > 0 ? [`${starting} more being started`] : []),
    ...(sessions > 0 ? [`${sessions} held by or kept for sessions`] : []),
    `${running} calls under way`,
  ];
  const close = sessions > 0 ? "Close sessions that are done, give" : "Give";
  return new BaseError(
    "BRIDGE_CALL_TIMEOUT",
    `${upperFirst(whoWaits(handler))} waited ${Math.round(timeoutMs)} ms for a worker of the pool "${poolName}" and got none; nobody was asked. ` +
      `${state.join(", ")}. ${close} the pool more workers (\`size\`), or this more time (\`timeoutMs\`).`,
    { retryable: true, details: { handler, timeoutMs, waitedFor: "worker", ...load } },
  );
}

/** The one worker that may do the call had no room in time. */
export function keyTimeout(handler: string, timeoutMs: number, poolName: string, worker: string): BaseError {
  return new BaseError(
    "BRIDGE_CALL_TIMEOUT",
    `"${handler}" waited ${Math.round(timeoutMs)} ms for the Python worker ${worker} of the pool "${poolName}", which holds its key's state and had no room; nobody was asked. ` +
      "Call less at once with this key, raise `callsPerWorker`, or give the call more time (`timeoutMs`).",
    { retryable: true, details: { handler, timeoutMs, waitedFor: "worker", poolName, worker } },
  );
}

/** What stands for a handler's name while a session is waited for. */
export const SESSION = "(session)";

function whoWaits(handler: string): string {
  return handler === SESSION ? "a session" : `"${handler}"`;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The caller called it off. */
export function callCancelled(handler: string, cause?: unknown): BaseError {
  return new BaseError("BRIDGE_CALL_CANCELLED", `The call of "${handler}" was cancelled by its caller.`, {
    cause,
    details: { handler },
  });
}

/** Python asked for something that this call does not serve. */
export function requestUnserved(handler: string, kind: string, name: string): BaseError {
  const what = { lm: "a language model", tool: `the tool "${name}"`, metric: `the metric "${name}"` }[kind] ?? kind;
  return new BaseError(
    "BRIDGE_REQUEST_UNSERVED",
    `"${handler}" asked its host for ${what}, which this call does not offer. Run it as a program, or pass what it needs with the call.`,
    { details: { handler, kind, name } },
  );
}

/** Python awaits one answer of a function that gives its elements one by one. */
export function requestWantsOne(name: string): BaseError {
  return new BaseError(
    "BRIDGE_TOOL_KIND",
    `Python called "${name}" for one answer, and it gives elements one by one. Take them there by \`host_tool("${name}").stream(…)\`.`,
    { details: { name } },
  );
}

/**
 * The error that a worker's failure is.
 *
 * The bridge's own failures come back with their code. An exception of a handler is a BRIDGE_PYTHON_ERROR whose name is `PythonError`, whose stack
 * is Python's traceback, and whose details hold `type`, `pythonMessage` and `traceback`. An error that a request of Python's was answered with is
 * asked of `errorOf`, among the causes too; one that it knows no more is made again.
 */
export function fromFailure(failure: Failure, errorOf: (failure: Failure) => unknown): unknown {
  const known = errorOf(failure);
  if (known !== undefined) return known;
  const { code = "", type = "", message = "", traceback = "", retryable = false, request = 0 } = failure;
  const cause = failure.cause == null ? undefined : fromFailure(failure.cause, errorOf);
  const own = parseDetails(failure.details);
  if (code !== "") {
    const error = new BaseError(code, message, { retryable, details: own, cause });
    if (request !== 0 && type !== "") error.name = type;
    return error;
  }
  const error = new BaseError("BRIDGE_PYTHON_ERROR", type === "" ? message : `${type}: ${message}`, {
    retryable,
    details: { ...own, type, pythonMessage: message, traceback },
    cause,
  });
  error.name = "PythonError";
  if (traceback !== "") error.stack = `PythonError: ${error.message}\n${traceback.trimEnd()}`;
  return error;
}

/** The failure that an error of this process is to Python, each of its texts cut to what fits a frame; its causes stay here. */
export function toFailure(error: unknown): Failure {
  const record: ErrorRecord = toErrorRecord(error);
  const said = isBaseError(error) ? record : saidBy(error);
  const details = JSON.stringify(said.details ?? {});
  return {
    code: cutText(said.code ?? ""),
    type: cutText(record.name),
    message: cutText(record.message),
    traceback: cutText(record.stack ?? ""),
    retryable: said.retryable ?? false,
    // Cut JSON is none; as a text of it Python reads it still.
    details: details.length <= MOST_TEXT ? details : JSON.stringify({ details: cutText(details) }),
  };
}

/** The bytes that a failure takes in its frame. */
export function failureBytes({ code, type, message, traceback, details }: Failure): number {
  return [code, type, message, traceback, details].reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), 0);
}

/** A text for a frame beside its payload: no longer than there is room for, and one that UTF-8 can say. */
export function cutText(text: string): string {
  const kept = text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT)}… (${text.length} characters)`;
  return kept.toWellFormed();
}

/** What an error of anybody's says of itself. Not in its record: that is kept on disks, and its code is held for one of ours there. */
function saidBy(error: unknown): Pick<ErrorRecord, "code" | "retryable" | "details"> {
  try {
    if (!(error instanceof Error)) return {};
    const { code, retryable, details } = { ...error } as Readonly<Record<string, unknown>>; // its own properties, read as what they are: unknown
    return {
      ...(typeof code === "string" ? { code } : {}),
      ...(typeof retryable === "boolean" ? { retryable } : {}),
      ...(isPlainJson(details) ? { details } : {}),
    };
  } catch {
    // A getter that throws, or a proxy that is revoked, says nothing.
    return {};
  }
}

function isPlainJson(value: unknown): value is NonNullable<ErrorRecord["details"]> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  try {
    canonicalJson(value);
    return true;
  } catch {
    // What JSON cannot say is not sent; the error itself is.
    return false;
  }
}

function parseDetails(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined || text === "") return {};
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : { details: parsed };
  } catch {
    // A worker's details are for people to read; what is no JSON is read as it stands.
    return { details: text };
  }
}
