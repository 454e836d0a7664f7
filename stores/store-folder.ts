// The folder a store lives in: what lies beside the database, its format and who holds it.
// Knows nothing of the database itself, which lies in `db/`.
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { isPlainObject } from "./checks.ts";
import { folderNotWritable, formatNewer, formatUnknown, type StoreOwner, storeFailed } from "./errors.ts";

/** The layout this release writes. */
const FORMAT_VERSION = 1;

/** Faults of a folder that the person at the keyboard can mend. */
const notWritable: ReadonlySet<string> = new Set([
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOSPC",
  "EDQUOT",
  "EFBIG",
  "ENOTDIR",
  "EEXIST",
  "ENOENT",
  "ENAMETOOLONG",
]);

/** The same faults as LevelDB words them (`strerror`). */
const notWritableWords = /no space left|quota exceeded|read-only file system|permission denied|file too large/i;

/** The path of the database. */
export function databasePath(folder: string): string {
  return join(folder, "db");
}

/**
 * Makes the folder, keeps it out of version control and checks its format.
 *
 * A folder that holds something already may be a project's root: there only the database is kept out.
 * Rejects with STORE_FOLDER_NOT_WRITABLE, STORE_FORMAT_NEWER, STORE_FORMAT_UNKNOWN.
 */
export async function prepareFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    if ((await readdir(folder)).length === 0) await ignoreAll(folder);
    else if (!(await isIgnored(folder))) {
      await mkdir(databasePath(folder), { recursive: true });
      await ignoreAll(databasePath(folder));
    }
  } catch (error) {
    throw translateFault("prepare its folder", folder, error);
  }
  const found = await readFormat(folder);
  if (found !== undefined && found > FORMAT_VERSION) throw formatNewer(folder, found, FORMAT_VERSION);
}

/** Writes the format and who holds the store. Called by the holder of the lock alone. */
export async function claimFolder(folder: string, startedAt: number): Promise<void> {
  try {
    await replaceFile(folder, "format.json", { formatVersion: FORMAT_VERSION });
    const owner: StoreOwner = { pid: process.pid, host: hostname(), startedAt };
    await replaceFile(folder, "owner.json", owner);
  } catch (error) {
    throw translateFault("claim its folder", folder, error);
  }
}

/** Takes the holder's name away again. Called before the lock is let go. */
export async function releaseFolder(folder: string): Promise<void> {
  // A name that cannot be taken away is one of a dead process soon, and as such ignored.
  await rm(join(folder, "owner.json"), { force: true }).catch(() => undefined);
}

/** Who holds the store by its own account; undefined where there is none, or where the one that left it has died. */
export async function readOwner(folder: string): Promise<StoreOwner | undefined> {
  const text = await readFile(join(folder, "owner.json"), "utf8").catch(() => "");
  const owner = parseJson(text);
  if (!isPlainObject(owner)) return undefined;
  const { pid, host, startedAt } = owner;
  if (typeof pid !== "number" || typeof host !== "string" || typeof startedAt !== "number") return undefined;
  return host === hostname() && !isAlive(pid) ? undefined : { pid, host, startedAt };
}

/** Words a fault of the file system or of LevelDB: the folder's, or the database's own. */
export function translateFault(operation: string, folder: string, error: unknown): Error {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const words = cause instanceof Error ? cause.message : String(cause);
  return notWritable.has(code) || notWritableWords.test(words)
    ? folderNotWritable(folder, cause)
    : storeFailed(operation, folder, cause);
}

async function readFormat(folder: string): Promise<number | undefined> {
  let text: string;
  try {
    text = await readFile(join(folder, "format.json"), "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw translateFault("read its format", folder, error);
  }
  const format = parseJson(text);
  const version = isPlainObject(format) ? format["formatVersion"] : undefined;
  if (typeof version !== "number" || !Number.isSafeInteger(version) || version < 1) throw formatUnknown(folder, text);
  return version;
}

// Written aside and renamed: whoever reads finds the old file or the new one, never half of one.
async function replaceFile(folder: string, name: string, content: object): Promise<void> {
  const aside = join(folder, `${name}.${process.pid}`);
  await writeFile(aside, `${JSON.stringify(content)}\n`);
  await rename(aside, join(folder, name));
}

const IGNORE_ALL = "*\n";

// A user's own .gitignore stays: `wx` writes only where there is none.
async function ignoreAll(folder: string): Promise<void> {
  await writeFile(join(folder, ".gitignore"), IGNORE_ALL, { flag: "wx" }).catch(ignoreExisting);
}

async function isIgnored(folder: string): Promise<boolean> {
  // One that cannot be read says nothing; the database then gets its own.
  return (await readFile(join(folder, ".gitignore"), "utf8").catch(() => "")) === IGNORE_ALL;
}

function ignoreExisting(error: unknown): void {
  if (codeOf(error) !== "EEXIST") throw error;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives and belongs to somebody else.
    return codeOf(error) === "EPERM";
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is not JSON is no owner and no format; both callers say so in their own words.
    return undefined;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
