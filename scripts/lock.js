// Lets one process at a time do a piece of work, also after a holder was killed. Plain JS for Node 18 and later.
// Knows nothing of what is done under the lock.

import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 100;
/** Held for two file operations; longer means that its holder was killed between them. */
const GUARD_MAX_MS = 10_000;

/** Runs `work` while holding the lock at `path` (a folder that names its holder). Waits for other holders, and says so once. */
export async function withLock(path, say, work) {
  for (let told = false; !take(path); ) {
    if (!told) say(`another process is installing (${describe(holder(path))}); waiting for it …`);
    told = true;
    dropIfAbandoned(path);
    await sleep(POLL_MS);
  }
  const release = () => rmSync(path, { recursive: true, force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}

/** Made aside and renamed: a lock is never seen without its holder's name in it. */
function take(path) {
  const draft = mkdtempSync(`${path}-`);
  writeFileSync(join(draft, "holder.json"), JSON.stringify({ pid: process.pid, host: hostname() }));
  try {
    renameSync(draft, path);
    return true;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (["ENOTEMPTY", "EEXIST", "EPERM", "EACCES"].includes(error.code) && holder(path) !== undefined) return false;
    if (["ENOTEMPTY", "EEXIST"].includes(error.code)) return false;
    throw error;
  }
}

/**
 * Removes the lock of a dead process.
 *
 * The crossing that the guard ends: (1) two waiters see the same dead holder, (2) the first removes the lock and takes
 * it, (3) the second removes the first one's new lock. Under the guard the holder is read again before removing.
 */
function dropIfAbandoned(path) {
  if (!isDead(holder(path))) return;
  const guard = `${path}.guard`;
  try {
    mkdirSync(guard);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    dropOldGuard(guard);
    return;
  }
  try {
    if (isDead(holder(path))) rmSync(path, { recursive: true, force: true });
  } finally {
    rmdirSync(guard);
  }
}

function dropOldGuard(guard) {
  try {
    if (Date.now() - statSync(guard).mtimeMs > GUARD_MAX_MS) rmdirSync(guard);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
}

/** Only a process of this machine can be asked whether it lives; one of another machine counts as living. */
function isDead(found) {
  if (found === undefined || found.host !== hostname()) return false;
  try {
    process.kill(found.pid, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

function holder(path) {
  try {
    return JSON.parse(readFileSync(join(path, "holder.json"), "utf8"));
  } catch {
    // Released between two looks: the next attempt to take it decides.
    return undefined;
  }
}

function describe(found) {
  return found === undefined ? "just finishing" : `process ${found.pid} on ${found.host}`;
}
