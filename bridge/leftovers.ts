// What a run leaves behind where host and guardian were killed at once: found by the marks that its processes bear, and removed.
// Knows nothing of runs that go on: whatever has a living host is that host's business.
import { readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isGone, type OwnProcess, ownMark, ownProcesses } from "./process-table.ts";

/** What has been removed. */
export interface Leftovers {
  readonly processes: number;
  readonly folders: number;
}

/** The marks that a worker bears on its command line, and whatever it starts in its environment. */
export function marksOf(runId: string, worker: string): { readonly args: string[]; readonly env: NodeJS.ProcessEnv } {
  const host = ownMark();
  return {
    args: ["--run-id", runId, "--host", host, "--worker", worker],
    env: { DSPEX_RUN_ID: runId, DSPEX_HOST: host, DSPEX_WORKER: worker },
  };
}

/** How the names of this process's folders begin. */
export function folderName(runId: string): string {
  const mark = ownMark();
  return mark === "" ? `dspex-${runId}-` : `dspex-${runId}-${mark}-`;
}

/** Ends the processes and removes the folders of hosts that are gone, and nothing else. On Linux alone: elsewhere nobody can tell. */
export function removeLeftovers(folder: string = tmpdir()): Leftovers {
  const left = ownProcesses().filter((process) => isGone(hostOf(process)));
  for (const { pid } of left) kill(pid);
  const folders = readdirSync(folder).filter((name) => isLeftFolder(folder, name));
  for (const name of folders) rmSync(join(folder, name), { recursive: true, force: true });
  return { processes: left.length, folders: folders.length };
}

/** Ends what a worker of this process has left whose guardian was killed before it could. */
export function endRemains(worker: string): void {
  const host = ownMark();
  if (host === "") return;
  for (const process of ownProcesses()) {
    const env = process.env();
    if (env.get("DSPEX_HOST") === host && env.get("DSPEX_WORKER") === worker) kill(process.pid);
  }
}

/** The host of a process that bears one; empty for all others. */
function hostOf({ args, env }: OwnProcess): string {
  const at = args.indexOf("--host");
  if (args.includes("dspex_worker") && args.includes("--run-id") && at >= 0) return args[at + 1] ?? "";
  const borne = env();
  return borne.has("DSPEX_RUN_ID") ? (borne.get("DSPEX_HOST") ?? "") : "";
}

function isLeftFolder(folder: string, name: string): boolean {
  // `dspex-<run>-<mark>-<six characters>`, as `folderName` and mkdtemp make it.
  const mark = /^dspex-.+-(\w+\.\w+\.\w+)-\w{6}$/.exec(name)?.[1];
  if (mark === undefined || !isGone(mark)) return false;
  try {
    return statSync(join(folder, name)).uid === process.getuid?.();
  } catch {
    // Somebody else has removed it just now.
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
