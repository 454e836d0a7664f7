// The one error class, and how errors cross a disk, a wire or an actor's end as plain records.
// Knows no codes of its own: each folder words its failures in its own makers.

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

/** Turns anything thrown into a record. A value that is no Error becomes `{ name: "nocatch", message }`. */
export function toErrorRecord(error: unknown, depth = 0): ErrorRecord {
  if (!(error instanceof Error)) return { name: "nocatch", message: describeThrown(error) };
  const cause = error.cause !== undefined && depth < MAX_CAUSES ? toErrorRecord(error.cause, depth + 1) : undefined;
  const stack = error.stack;
  return {
    name: error.name,
    message: error.message,
    ...(error instanceof BaseError
      ? { code: error.code, retryable: error.retryable, details: plainDetails(error.details) }
      : {}),
    ...(stack === undefined ? {} : { stack }),
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
      plain[key] = String(value);
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
  return error instanceof BaseError && (code === undefined || error.code === code);
}

/** The code of a dspex error; of another Error its name; of anything else `nocatch`. */
export function errorCode(error: unknown): string {
  if (error instanceof BaseError) return error.code;
  return error instanceof Error ? error.name : "nocatch";
}

function describeThrown(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // A value JSON refuses (a cycle, a bigint) still has a name of sorts.
    return String(value);
  }
}
