// The ways in which a Python worker comes to harm, and how each is done to it.
// Knows nothing of what is expected of whoever is left.
import { readdirSync, readFileSync } from "node:fs";
import type { Runtime } from "../../index.ts";

/** How a worker, or its host, is hit. */
export const MISERIES = [
  "SIGKILL",
  "SIGSTOP",
  "SIGSEGV",
  "C loop",
  "memory over limit",
  "closed socket",
  "half a message",
  "host",
] as const;

/** One of them. */
export type Misery = (typeof MISERIES)[number];

/** Handlers of `python_handlers.py` that do it from inside. */
const HANDLERS: Partial<Record<Misery, string>> = {
  "C loop": "hold_interpreter",
  "memory over limit": "take_memory",
  "closed socket": "close_socket",
  "half a message": "send_half",
};

/** One that was done, and to which search. */
export interface Hit {
  readonly misery: Misery;
  readonly search?: string;
}

/** Whom it is done to: any of the workers, or the one of a pool that has one. */
export type Victim =
  | { readonly choose: (count: number) => number }
  | { readonly pool: string; readonly worker: number };

/** Hits one of the runtime's workers. Answers whether there was one. */
export async function hit(misery: Misery, runtime: Runtime, whom: Victim): Promise<"hit" | "missed"> {
  const handler = HANDLERS[misery];
  if (handler !== undefined) {
    const at = "pool" in whom ? { pool: whom.pool } : {};
    // It never answers; how the worker fared is what the load tells.
    runtime.python.call(handler, null, { ...at, timeoutMs: 60_000 }).catch(() => {});
    return "hit";
  }
  const workers = "choose" in whom ? workersOf(process.pid) : [whom.worker];
  const victim = workers["choose" in whom ? whom.choose(Math.max(1, workers.length)) : 0];
  if (victim === undefined) return "missed";
  try {
    process.kill(victim, misery as NodeJS.Signals);
    return "hit";
  } catch {
    // It has ended in this very moment.
    return "missed";
  }
}

/** The processes that serve calls for a host: those whose guardian is a child of a guardian or of a fork-server, and who have no children of the package's. */
function workersOf(host: number): readonly number[] {
  const table = pythonProcesses();
  const below = new Set([host]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [pid, parent] of table) {
      if (!below.has(parent) || below.has(pid)) continue;
      below.add(pid);
      grown = true;
    }
  }
  const parents = new Set(table.values());
  return [...table.keys()].filter((pid) => below.has(pid) && !parents.has(pid)).sort((a, b) => a - b);
}

/** Every process of the package that bears this run's mark, by its number, with its parent's. */
export function processesMarked(mark: string): readonly number[] {
  return [...everyProcess()].filter(([, { words }]) => words.includes(mark)).map(([pid]) => pid);
}

function pythonProcesses(): ReadonlyMap<number, number> {
  const found = [...everyProcess()].filter(([, { args }]) => args.includes("dspex_worker"));
  return new Map(found.map(([pid, { parent }]) => [pid, parent]));
}

interface Seen {
  readonly parent: number;
  readonly args: readonly string[];
  /** Command line and environment. */
  readonly words: readonly string[];
}

function* everyProcess(): Generator<readonly [number, Seen]> {
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (state === "Z") continue;
      const args = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
      const env = readFileSync(`/proc/${name}/environ`, "utf8").split("\0");
      yield [Number(name), { parent: Number(parent), args, words: [...args, ...env] }];
    } catch {
      // Ended meanwhile, or somebody else's.
    }
  }
}
