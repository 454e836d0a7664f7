// Makes scenarios by chance, from a seed: trees, then kills, exits, stops and administration calls.
// Must not know how they are run or compared. What is left out is where OTP promises no order, or where we decided otherwise.
import { Random } from "../../runtime/base/index.ts";
import type { ActorSpec, Op, Scenario } from "./scenario.ts";

const STRATEGIES = ["one_for_one", "one_for_all", "rest_for_one"];
const RESTARTS = ["permanent", "permanent", "transient", "temporary"];
const REASONS: readonly unknown[] = ["normal", "shutdown", { shutdown: "x" }, "boom", "boom"];
/** Of the starts after the first: most of what goes wrong in restarts takes two failures. */
const LATER_STARTS = ["ok", "ok", "ok", "fail", "fail", "raise", "exit", "ignore", "normal"];
/** Starts that wait until they are released: requests and ends come meanwhile. */
const GATED_STARTS = ["gate-ok", "gate-fail", "gate-fail", "gate-ignore"];
const MAX_DEPTH = 3;

/** Scenario `index` of a seed; the same every time. */
export function generate(seed: number, index: number): Scenario {
  const draw = new Draw(seed * 1_000_003 + index);
  const tree = draw.supervisor("top", 1);
  const steps: Op[] = [["start"], ["watch", "top"]];
  const length = 3 + draw.below(14);
  for (let step = 0; step < length; step++) steps.push(draw.step(tree));
  // Whoever is still held goes on, the top last: a held supervisor would not end.
  for (const { id } of supervisorsOf(tree).toReversed()) steps.push(["resume", id]);
  for (const { id } of supervisorsOf(tree)) steps.push(["which", id], ["count", id]);
  steps.push(draw.chance(0.7) ? ["stop-living", "top", "shutdown"] : ["parent-exit", "top", draw.one(REASONS)]);
  return { id: `generated-${seed}-${index}`, title: "generated", items: [], tree, steps };
}

class Draw {
  readonly #random: Random;
  /** Whether anybody in this scenario waits to be released. */
  readonly #hasGates: boolean;
  #focus: { readonly parent: ActorSpec; readonly label: string } | undefined;
  #workers = 0;
  #supervisors = 0;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#hasGates = this.chance(0.4);
  }

  below(n: number): number {
    return this.#random.randrange(n);
  }

  chance(probability: number): boolean {
    return this.#random.random() < probability;
  }

  one<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error("expected something to choose from, found nothing");
    return item;
  }

  supervisor(id: string, depth: number): ActorSpec {
    const limit = { intensity: this.one([0, 1, 1, 2, 3, 5]), period: 60 };
    if (id !== "top" && this.chance(0.25)) {
      const shutdown = this.#shutdown();
      return { id, dynamic: true, ...limit, children: [], template: { restart: this.one(RESTARTS), ...shutdown } };
    }
    const isAuto = this.chance(0.25);
    const children: ActorSpec[] = [];
    for (let left = this.below(5); left > 0; left--) {
      if (depth < MAX_DEPTH && this.chance(0.35)) {
        const inner = this.supervisor(`s${++this.#supervisors}`, depth + 1);
        children.push({ ...inner, ...this.#membership(isAuto) });
      } else children.push({ ...this.worker(`w${++this.#workers}`), ...this.#membership(isAuto) });
    }
    const auto = isAuto ? { autoShutdown: this.one(["any_significant", "all_significant"]) } : {};
    return { id, strategy: this.one(STRATEGIES), ...limit, ...auto, children };
  }

  worker(id: string): ActorSpec {
    return {
      id,
      ...(this.chance(0.3) ? { trap: false } : {}),
      ...this.#shutdown(),
      ...(this.chance(0.35) ? { init: this.#starts() } : {}),
      ...(this.chance(0.1) ? { terminate: this.one(this.#hasGates ? ["gate"] : ["raise", "exit", "clean"]) } : {}),
    };
  }

  step(tree: ActorSpec): Op {
    const supervisors = supervisorsOf(tree);
    // Often the same child again: most of what goes wrong is two things that happen to one.
    if (this.#focus === undefined || this.chance(0.4)) {
      const parent = this.one(supervisors);
      this.#focus = { parent, label: this.#label(parent) };
    }
    const { parent, label } = this.#focus;
    if (this.#hasGates && this.chance(0.25))
      return ["release", this.chance(0.5) ? this.#anyWorker(tree, label) : label];
    switch (this.below(14)) {
      case 0:
      case 1:
      case 2:
        return ["kill", label];
      case 3:
        if (this.chance(0.5)) return [this.chance(0.4) ? "suspend" : "resume", this.chance(0.7) ? parent.id : label];
        // Of one supervisor: what two supervisors do at the same time has no order.
        return [
          "do",
          [
            ["kill", label],
            ["kill", this.#label(parent)],
          ],
        ];
      case 4:
      case 5:
        // A supervisor takes no casts.
        if (supervisors.some(({ id }) => id === label)) return ["stop-living", label, this.one(REASONS)];
        return ["cast", label, this.chance(0.7) ? ["exit", this.one(REASONS)] : ["raise", "boom"]];
      case 6:
        return ["exit", this.chance(0.3) ? parent.id : label, this.one(REASONS)];
      case 7:
        // Not often the top: after its end there is nothing left to see.
        if (parent.id === "top" && this.chance(0.8)) return ["which", parent.id];
        return this.chance(0.5) ? ["kill", parent.id] : ["stop-living", parent.id, this.one(REASONS)];
      case 8:
      case 9:
        return this.#startChild(parent);
      case 10:
        // A dynamic child that is dead is answered otherwise on purpose.
        return parent.dynamic === true ? ["count", parent.id] : ["terminate-child", parent.id, label];
      case 11:
        return ["restart-child", parent.id, label];
      case 12:
        return ["delete-child", parent.id, label];
      default:
        return ["which", parent.id];
    }
  }

  #anyWorker(tree: ActorSpec, otherwise: string): string {
    const ids = supervisorsOf(tree).flatMap(({ children = [] }) => children.map(({ id }) => id));
    return ids.length === 0 ? otherwise : this.one(ids);
  }

  /** A child of this supervisor, where it has any; one that was started at run time, now and then. */
  #label(parent: ActorSpec): string {
    const prefix = parent.dynamic === true ? `${parent.id}/x` : `${parent.id}x`;
    const ids = (parent.children ?? []).map(({ id }) => id);
    return ids.length === 0 || this.chance(0.15) ? `${prefix}${1 + this.below(3)}` : this.one(ids);
  }

  #startChild(parent: ActorSpec): Op {
    const id = this.#label(parent);
    // Another worker of a supervisor's id would be asked what only supervisors are asked.
    const inner = parent.children?.find((child) => child.id === id && child.children !== undefined);
    if (inner !== undefined) return ["start-child", parent.id, inner];
    const { terminate, init, ...worker } = this.worker(id);
    // A dynamic child that ignores its restart is forgotten here, on purpose.
    const starts = init?.filter((start) => parent.dynamic !== true || !start.endsWith("ignore"));
    const spec = {
      ...worker,
      ...(starts === undefined ? {} : { init: starts }),
      ...(terminate === undefined ? {} : { terminate }),
      ...(parent.dynamic === true ? {} : this.#membership(parent.autoShutdown !== undefined)),
    };
    // What a dynamic supervisor's template says is not the child's.
    if (parent.dynamic === true) delete (spec as { shutdown?: unknown }).shutdown;
    return ["start-child", parent.id, spec];
  }

  #membership(isAuto: boolean): Partial<ActorSpec> {
    const restart = this.one(RESTARTS);
    const isSignificant = isAuto && restart !== "permanent" && this.chance(0.7);
    return { ...(restart === "permanent" ? {} : { restart }), ...(isSignificant ? { significant: true } : {}) };
  }

  #shutdown(): Partial<ActorSpec> {
    return this.chance(0.7) ? {} : { shutdown: this.one([5000, "infinity", "brutal_kill"]) };
  }

  #laterStarts(): readonly string[] {
    return this.#hasGates && this.chance(0.5) ? GATED_STARTS : LATER_STARTS;
  }

  #starts(): readonly string[] {
    const first = this.chance(0.05) ? this.one(["fail", "ignore", "raise"]) : "ok";
    return [first, ...Array.from({ length: 1 + this.below(4) }, () => this.one(this.#laterStarts()))];
  }
}

function supervisorsOf(spec: ActorSpec): readonly ActorSpec[] {
  if (spec.children === undefined) return [];
  return [spec, ...spec.children.flatMap(supervisorsOf)];
}
