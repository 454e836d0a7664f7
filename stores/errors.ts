// How the store words its failures. Every code has a paragraph in docs/reference/errors/stores.md.
// Knows nothing of LevelDB: backends pass what they know.
import { BaseError } from "../runtime/base/index.ts";

/** Who holds a store, as far as the holder said. */
export interface StoreOwner {
  readonly pid: number;
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** A segment that cannot be part of a key. */
export function keyInvalid(segment: number): BaseError {
  return new BaseError("STORE_KEY_INVALID", `Expected a whole number from 0 in a key, got ${segment}. Count from 0.`, {
    details: { segment: String(segment) },
  });
}

/** A stored key that no version of this code has written. */
export function keyCorrupt(key: string): BaseError {
  return new BaseError(
    "STORE_KEY_CORRUPT",
    `Expected a stored key, found ${JSON.stringify(key)}. The entry was not written by dspex or is damaged.`,
    {
      details: { key },
    },
  );
}

/** A key or prefix object whose fields do not fit the kind of record. */
export function keyMisused(kind: string, fields: readonly string[], found: readonly string[], what: string): BaseError {
  return new BaseError(
    "STORE_KEY_INVALID",
    `Expected ${what} of ${kind} to name ${fields.join(", ")} in this order without a gap, got ${found.join(", ") || "nothing"}.`,
    { details: { kind, fields, found } },
  );
}

/** An operation on a store that is closed or closing. */
export function storeNotOpen(operation: string, status: string): BaseError {
  return new BaseError(
    "STORE_NOT_OPEN",
    `Expected an open store for ${operation}, but it is ${status}. Call open() first and close() last.`,
    {
      retryable: true,
      details: { operation, status },
    },
  );
}

/** The store's files are held by somebody else. */
export function storeLocked(
  folder: string,
  owner: StoreOwner | undefined,
  isThisProcess: boolean,
  cause: unknown,
): BaseError {
  const holder =
    owner === undefined
      ? "another process (it has not left its pid)"
      : isThisProcess
        ? `another store object in this process (pid ${owner.pid})`
        : `process ${owner.pid} on ${owner.host}`;
  return new BaseError(
    "STORE_LOCKED",
    `The store in ${folder} is held by ${holder}. Stop it, wait for it, or name another folder.`,
    {
      cause,
      retryable: true,
      details: {
        folder,
        ...(owner === undefined ? {} : { pid: owner.pid, host: owner.host, startedAt: owner.startedAt }),
      },
    },
  );
}

/** The store was written by a later release. */
export function formatNewer(folder: string, found: number, known: number): BaseError {
  return new BaseError(
    "STORE_FORMAT_NEWER",
    `The store in ${folder} has format ${found}; this release knows formats up to ${known}. Update dspex or name another folder.`,
    { details: { folder, found, known } },
  );
}

/** The folder's format file says nothing intelligible. */
export function formatUnknown(folder: string, found: string): BaseError {
  return new BaseError(
    "STORE_FORMAT_UNKNOWN",
    `Expected {"formatVersion": 1} in ${folder}/format.json, found ${JSON.stringify(found.slice(0, 80))}. Put the file right, or name another folder.`,
    { details: { folder } },
  );
}

/** The folder cannot be made, written or filled further. */
export function folderNotWritable(folder: string, cause: unknown): BaseError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new BaseError(
    "STORE_FOLDER_NOT_WRITABLE",
    `The store's folder ${folder} cannot be written: ${why}. Free some space, mend its rights, or name another folder.`,
    {
      cause,
      retryable: true,
      details: { folder },
    },
  );
}

/** The database underneath failed. */
export function storeFailed(operation: string, location: string, cause: unknown): BaseError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new BaseError("STORE_FAILED", `The store in ${location} failed to ${operation}: ${why}.`, {
    cause,
    retryable: true,
    details: { operation, location },
  });
}

/** A record that must not be written because it could not be read back. */
export function recordInvalid(kind: string, field: string, expected: string, found: unknown): BaseError {
  return new BaseError(
    "STORE_RECORD_INVALID",
    `Expected ${field} of a record of kind ${kind} to be ${expected}, got ${describe(found)}.`,
    {
      details: { kind, field, expected },
    },
  );
}

/** A record that was asked for by key and cannot be read. */
export function recordUnreadable(
  code: "STORE_RECORD_CORRUPT" | "STORE_RECORD_NEWER",
  key: string,
  message: string,
): BaseError {
  return new BaseError(code, message, { details: { key } });
}

/** An archived experiment is never changed. */
export function experimentExists(experimentId: string): BaseError {
  return new BaseError(
    "STORE_EXPERIMENT_EXISTS",
    `Experiment ${experimentId} is archived with other content, and archived experiments never change. Archive the new one under a new id.`,
    { details: { experimentId } },
  );
}

/** A payload whose text is no longer what its name says. */
export function payloadCorrupt(payloadHash: string, foundHash: string): BaseError {
  return new BaseError(
    "STORE_PAYLOAD_CORRUPT",
    `Payload ${payloadHash} has content of hash ${foundHash}: it was damaged on disk or written under a wrong name.`,
    {
      details: { payloadHash, foundHash },
    },
  );
}

/** A cursor that no query has returned. */
export function cursorInvalid(cursor: string): BaseError {
  return new BaseError(
    "STORE_CURSOR_INVALID",
    `Expected the nextCursor of an earlier query, got ${JSON.stringify(cursor)}. Leave it out to start at the newest.`,
    {
      details: { cursor },
    },
  );
}

/** A page limit that is no positive whole number. */
export function limitInvalid(limit: number): BaseError {
  return new BaseError(
    "STORE_LIMIT_INVALID",
    `Expected a limit of at least 1, got ${limit}. Leave it out for the default.`,
    { details: { limit: String(limit) } },
  );
}

function describe(found: unknown): string {
  if (found === undefined) return "nothing";
  const text = typeof found === "number" ? String(found) : JSON.stringify(found);
  return (text ?? typeof found).slice(0, 120);
}
