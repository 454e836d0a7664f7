// The processes of this machine as Linux lists them: who they are, whose, and what they bear.
// Knows nothing of workers. Elsewhere it lists nobody.
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";

/**
 * Names this process for good: its number, when it started (numbers are used again), and the namespace in which it has that number. Empty where there is no
 * table.
 */
export function ownMark(): string {
  const started = startedAt(process.pid);
  const space = namespaceOf("self");
  return started === undefined || space === undefined ? "" : [process.pid, started, space].map(shortly).join(".");
}

/** Whether the process of a mark is gone. What cannot be known from here counts as there: another namespace, no table. */
export function isGone(mark: string): boolean {
  const [pid, started, space] = mark.split(".").map((word) => Number.parseInt(word, 36));
  if (pid === undefined || started === undefined || space === undefined || Number.isNaN(pid + started + space)) {
    return false;
  }
  return namespaceOf("self") === space && startedAt(pid) !== started;
}

/** A process of this user. */
export interface OwnProcess {
  readonly pid: number;
  readonly args: readonly string[];
  /** Read when it is asked for: it is rarely needed. */
  env(): ReadonlyMap<string, string>;
}

/** All processes of this user, in this namespace, but this one. */
export function ownProcesses(): readonly OwnProcess[] {
  const space = namespaceOf("self");
  if (space === undefined) return [];
  const own = process.getuid?.();
  return readdirSync("/proc").flatMap((name) => {
    const pid = Number(name);
    if (!Number.isSafeInteger(pid) || pid === process.pid) return [];
    try {
      if (statSync(`/proc/${name}`).uid !== own || namespaceOf(name) !== space) return [];
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
function startedAt(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may itself hold parentheses and spaces. The dead that nobody has buried are gone.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : Number(fields[19]);
  } catch {
    return undefined;
  }
}

/** Numbers of processes mean nothing outside the namespace that gave them. */
function namespaceOf(name: string): number | undefined {
  try {
    return Number(/\d+/.exec(readlinkSync(`/proc/${name}/ns/pid`))?.[0]);
  } catch {
    return undefined;
  }
}

/** Part of the path of a socket, which has about a hundred characters in all. */
function shortly(value: number): string {
  return value.toString(36);
}
