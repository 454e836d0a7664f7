// The one error class, and how errors cross a disk, a wire or an actor's end as plain records.
// Knows no codes of its own: each folder words its failures in its own makers.
import { thrownText } from "./thrown-text.ts";

/** What an error may carry besides its message. */
export interface BaseErrorOptions {
  /** The failure underneath, kept as it was. */
  readonly cause?: unknown;
  /** Whether asking again, unchanged, can succeed. Default false. */
  readonly retryable?: boolean;
  /** Facts for programs: plain data, never a secret. Default empty. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Every error that dspex raises on purpose.
 *
 * `code` is stable and flat (`CALL_TIMEOUT`, `STORE_LOCKED`); `docs/reference/errors.md` has a paragraph for each.
 */
export class BaseError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, options: BaseErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "BaseError";
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
  }
}

/** An error as plain JSON, the form in which it crosses a disk or a wire. */
export interface ErrorRecord {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly retryable?: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly stack?: string;
  readonly cause?: ErrorRecord;
}

/** How deep a chain of causes is followed before it is cut: a cycle of causes must not hang a crash report. */
const MAX_CAUSES = 8;

/** Turns anything thrown into a record; never throws. A value that is no Error, or one that cannot be read, becomes `{ name: "nocatch", message }`. */
export function toErrorRecord(error: unknown, depth = 0): ErrorRecord {
  try {
    if (error instanceof Error) return recordOf(error, depth);
  } catch {
    // A getter of it throws, or it is a revoked proxy: what can be said of it is all that there is.
  }
  return { name: "nocatch", message: thrownText(error) };
}

function recordOf(error: Error, depth: number): ErrorRecord {
  const cause = error.cause !== undefined && depth < MAX_CAUSES ? toErrorRecord(error.cause, depth + 1) : undefined;
  // What is no text is no error's stack or name, whatever the types say: both may be assigned.
  const stack: unknown = error.stack;
  const name: unknown = error.name;
  return {
    name: typeof name === "string" ? name : "Error",
    message: thrownText(error),
    ...(error instanceof BaseError
      ? { code: error.code, retryable: error.retryable, details: plainDetails(error.details) }
      : {}),
    ...(typeof stack === "string" ? { stack } : {}),
    ...(cause === undefined ? {} : { cause }),
  };
}

/** Details as JSON writes them; what it refuses altogether (a cycle, a bigint) stays as a text. */
function plainDetails(details: BaseError["details"]): Readonly<Record<string, unknown>> {
  const plain: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(details)) {
    try {
      const text = JSON.stringify(value);
      if (text !== undefined) plain[key] = JSON.parse(text);
    } catch {
      plain[key] = thrownText(value);
    }
  }
  return plain;
}

/** Makes an error again from its record, so that one from a disk or a wire reads like a local one. */
export function fromErrorRecord(record: ErrorRecord): Error {
  const cause = record.cause === undefined ? undefined : fromErrorRecord(record.cause);
  const error =
    record.code === undefined
      ? new Error(record.message, cause === undefined ? undefined : { cause })
      : new BaseError(record.code, record.message, {
          ...(cause === undefined ? {} : { cause }),
          retryable: record.retryable ?? false,
          details: record.details ?? {},
        });
  error.name = record.name;
  if (record.stack !== undefined) error.stack = record.stack;
  return error;
}

/** Whether a thrown value is a dspex error, optionally with this code. */
export function isBaseError(error: unknown, code?: string): error is BaseError {
  return hasClass(error, BaseError) && (code === undefined || error.code === code);
}

/** The code of a dspex error; of another Error its name; of anything else `nocatch`. */
export function errorCode(error: unknown): string {
  if (hasClass(error, BaseError)) return error.code;
  try {
    return hasClass(error, Error) ? String(error.name) : "nocatch";
  } catch {
    // Its name throws: it has none.
    return "nocatch";
  }
}

/** Whether a thrown value is of a class; a revoked proxy throws when it is asked. */
function hasClass<Class extends Error>(error: unknown, of: abstract new (...args: never) => Class): error is Class {
  try {
    return error instanceof of;
  } catch {
    return false;
  }
}
