// Brings what happened in a scenario into the form in which two kernels are compared.
// Must not know which kernel it was.
import { type Op, type Scenario, specsOf } from "./scenario.ts";

/** One event: who saw it, and what it was. The observer `step` opens a step; `life` or `life a#1` tells of starts and ends, of which incarnation. */
export interface TraceEvent {
  readonly observer: string;
  readonly text: string;
}

const LIFE = "life";
/** Starts and ends first, then what actors heard, then those outside, each observer in the order in which it saw things. */
const LAST_OBSERVERS = ["owner", "watcher", "client"];

/**
 * The events of a scenario, step by step.
 *
 * Two observers are never compared with each other, because OTP promises no order between them, unless the scenario says `order: "total"`. Starts
 * and ends are one observer: supervisors put them in order. Two exceptions: the children of a dynamic supervisor end in no order; and after the kill of
 * a supervisor its orphans end while others already start again, and end themselves where that fails.
 */
export function toTrace(scenario: Scenario, events: readonly TraceEvent[]): readonly string[] {
  const steps: TraceEvent[][] = [];
  for (const event of events) {
    if (event.observer === "step") steps.push([]);
    else steps.at(-1)?.push(event);
  }
  const parents = new Map(specsOf(scenario).map(({ spec, parent }) => [spec.id, parent ?? ""]));
  const supervisors = new Set(specsOf(scenario).flatMap(({ spec }) => (spec.children === undefined ? [] : [spec.id])));
  return scenario.steps.flatMap((step, at) => {
    const seen = steps[at] ?? [];
    const ordered =
      scenario.order === "total" ? seen.map(({ text }) => text) : inOrder(seen, step, parents, supervisors);
    return [`#${at + 1} ${titleOf(step)}`, ...ordered];
  });
}

/** A step in few words. */
function titleOf(op: Op): string {
  const [name, ...rest] = op;
  if (name === "do") return (rest[0] as readonly Op[]).map(titleOf).join(", ");
  return [name, ...rest.map((part) => (typeof part === "string" ? part : JSON.stringify(part)))].join(" ");
}

function inOrder(
  events: readonly TraceEvent[],
  step: Op,
  parents: ReadonlyMap<string, string>,
  supervisors: ReadonlySet<string>,
): readonly string[] {
  const byObserver = new Map<string, string[]>();
  for (const { observer, text } of events) {
    if (isLife(observer)) continue;
    const texts = byObserver.get(observer);
    if (texts === undefined) byObserver.set(observer, [text]);
    else texts.push(text);
  }
  const life = events.filter(({ observer }) => isLife(observer));
  const observers = [...byObserver.keys()].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return [
    ...ordered(life, step, parents, supervisors),
    ...observers.flatMap((observer) => byObserver.get(observer) ?? []),
  ];
}

function isLife(observer: string): boolean {
  return observer === LIFE || observer.startsWith(`${LIFE} `);
}

/** After a release two supervisors go on at the same time; after a kill of a supervisor its last and its next incarnation, too. */
function ordered(
  life: readonly TraceEvent[],
  step: Op,
  parents: ReadonlyMap<string, string>,
  supervisors: ReadonlySet<string>,
): readonly string[] {
  if (killsSupervisor(step, supervisors)) return perSupervisor(life, parents, "starts and ends apart");
  return step[0] === "release" ? perSupervisor(life, parents, "together") : sortedDynamic(life.map(({ text }) => text));
}

function rank(observer: string): number {
  return LAST_OBSERVERS.findIndex((name) => observer.startsWith(name)) + 1;
}

function killsSupervisor(op: Op, supervisors: ReadonlySet<string>): boolean {
  if (op[0] === "do") return (op[1] as readonly Op[]).some((inner) => killsSupervisor(inner, supervisors));
  return op[0] === "kill" && supervisors.has(String(op[1]));
}

/** Runs of ends of children named `x/…`, which are a dynamic supervisor's, are sorted. */
function sortedDynamic(life: readonly string[]): readonly string[] {
  const out: string[] = [];
  let run: string[] = [];
  for (const text of [...life, ""]) {
    if (/^T\([^,]*\//.test(text)) {
      run.push(text);
      continue;
    }
    out.push(...run.sort(), text);
    run = [];
  }
  return out.slice(0, -1);
}

/**
 * Each supervisor's starts and ends, and the orphans, apart from each other; where starts and ends are apart, so are the ends of those who were
 * there before the step and of those who began in it.
 *
 * A supervisor below one that was killed stops its children while its successor, whose start may fail, stops its own: neither waits for the other.
 */
function perSupervisor(
  life: readonly TraceEvent[],
  parents: ReadonlyMap<string, string>,
  startsAndEnds: "together" | "starts and ends apart",
): readonly string[] {
  const groups = new Map<string, string[]>();
  const begun = new Set<string>();
  for (const { observer, text } of life) {
    const isEnd = text.startsWith("T(");
    if (!isEnd) begun.add(observer);
    const id = /^.\(([^,)]*)/.exec(text)?.[1] ?? "";
    const isOrphan = isEnd && text.endsWith(",killed)");
    const isNew = observer !== LIFE && begun.has(observer);
    const kind = startsAndEnds === "together" ? "1" : !isEnd ? "2" : isNew ? "1 new" : "1 old";
    const key = isOrphan ? "0" : `${kind} ${parents.get(id) ?? ""}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [text]);
    else group.push(text);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, texts]) => (key === "0" ? texts.sort() : sortedDynamic(texts)));
}
