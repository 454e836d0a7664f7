// The processes of this machine as Linux lists them: who they are, whose, and what they bear.
// Knows nothing of workers. Elsewhere it lists nobody.
import { readdirSync, readFileSync, statSync } from "node:fs";

/** Names one process for good: its number, and when it started, because numbers are used again. */
export function hostMark(pid: number): string {
  return `${pid}:${startedAt(pid) ?? "0"}`;
}

/** Whether the process of a mark is still there. Where no table is, a process of that number counts. */
export function isHere(mark: string): boolean {
  const [number = "", started = ""] = mark.split(":");
  const pid = Number(number);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  if (started !== "0") return startedAt(pid) === started;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is one all the same.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** A process of this user. */
export interface OwnProcess {
  readonly pid: number;
  readonly args: readonly string[];
  /** Read when it is asked for: it is rarely needed. */
  env(): ReadonlyMap<string, string>;
}

/** All processes of this user but this one. */
export function ownProcesses(): readonly OwnProcess[] {
  if (process.platform !== "linux") return [];
  const own = process.getuid?.();
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!Number.isSafeInteger(pid) || pid === process.pid) return [];
    try {
      if (statSync(`/proc/${name}`).uid !== own) return [];
      return [{ pid, args: words(`/proc/${name}/cmdline`), env: () => environmentOf(pid) }];
    } catch {
      // It has ended while the table was read.
      return [];
    }
  });
}

function environmentOf(pid: number): ReadonlyMap<string, string> {
  try {
    const pairs = words(`/proc/${pid}/environ`).map((text): [string, string] => {
      const at = text.indexOf("=");
      return [text.slice(0, at), text.slice(at + 1)];
    });
    return new Map(pairs);
  } catch {
    // It has ended, or lets nobody look.
    return new Map();
  }
}

function words(path: string): readonly string[] {
  return readFileSync(path, "utf8").split("\0").slice(0, -1);
}

/** In ticks since the machine started; absent where there is no such process, or no table. */
function startedAt(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may itself hold parentheses and spaces. The dead that nobody has buried are gone.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
