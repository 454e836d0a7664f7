// What a scenario is: a tree, steps, and nothing of what is expected; and how the sections of scenarios are read from the disk.
// Must not know who runs it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What is done in one step, or by one actor: a name and what it takes. The names are those of `erlang/*.erl` and `elixir/*.ex`. */
export type Op = readonly [string, ...unknown[]];

/** A child or a whole tree, as data; what is left out is the kernel's own default. */
export interface ActorSpec {
  readonly id: string;
  readonly restart?: unknown;
  readonly shutdown?: unknown;
  readonly type?: unknown;
  readonly significant?: unknown;
  /** A supervisor has children. */
  readonly children?: readonly ActorSpec[];
  readonly strategy?: unknown;
  readonly intensity?: unknown;
  /** Seconds, as OTP counts them. */
  readonly period?: unknown;
  readonly autoShutdown?: unknown;
  /** Children come by `start-child` only, all as the template says. */
  readonly dynamic?: boolean | "elixir";
  /** Of Elixir's dynamic supervisor. */
  readonly maxChildren?: number;
  /** A registry, and the key it is started under. */
  readonly via?: readonly [string, unknown];
  readonly template?: Partial<ActorSpec>;
  /** A worker traps exits unless told otherwise. */
  readonly trap?: boolean;
  /** How each start goes, first to last; `ok` afterwards. */
  readonly init?: readonly string[];
  /** What `terminate` does: `ok`, `hang`, `gate`, `raise`, `exit`, `clean`. */
  readonly terminate?: string;
  readonly name?: string;
  /** What its start says besides. */
  readonly extra?: string;
  /** No field of a spec's: to be ignored. */
  readonly unknown?: unknown;
  readonly state?: number;
  readonly initTimeout?: number;
  /** Done for each message that is no call or cast. */
  readonly onInfo?: Op;
  /** A name to look up whenever a DOWN or EXIT comes. */
  readonly looksAt?: string;
  readonly continue?: unknown;
  readonly timeout?: number;
}

/** One behaviour of OTP, to be seen in what its steps bring about. */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** The numbers of the behaviours in the list of OTP's. */
  readonly items: readonly number[];
  /** The kernel has no such thing yet: the scenario is reported as such and never counted as agreed. */
  readonly status?: "not-built";
  /** `total`: compared in the order in which everything happened, not per observer. */
  readonly order?: "total";
  /** Whether the EXIT that a failed start leaves with its starter is looked at. */
  readonly keepsExit?: boolean;
  readonly tree?: ActorSpec;
  readonly steps: readonly Op[];
}

/** A file of scenarios. */
export interface Section {
  readonly section: string;
  /** Whose behaviours these are. Default `erlang`. */
  readonly language?: "elixir";
  readonly title: string;
  readonly scenarios: readonly Scenario[];
}

/** The folder of the scenarios that were written by hand. */
const SCENARIO_FOLDER = join(import.meta.dirname, "scenarios");

/** The sections in a folder, by file name without `.json`. @throws where a file is no section or an id is used twice */
export function readSections(folder: string = SCENARIO_FOLDER): ReadonlyMap<string, Section> {
  const sections = new Map<string, Section>();
  const ids = new Set<string>();
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith(".json")) continue;
    // Checked below as far as running it needs; an op of an unknown name fails where it is run, naming itself.
    const section = JSON.parse(readFileSync(join(folder, file), "utf8")) as Section;
    if (!Array.isArray(section.scenarios)) throw new Error(`expected { section, title, scenarios } in ${file}`);
    for (const { id, steps } of section.scenarios) {
      if (typeof id !== "string" || !Array.isArray(steps)) throw new Error(`expected id and steps in ${file}: ${id}`);
      if (ids.has(id)) throw new Error(`expected each scenario id once, found ${id} again in ${file}`);
      ids.add(id);
    }
    sections.set(file.slice(0, -".json".length), section);
  }
  return sections;
}

/** Every actor spec that a scenario names, each with the label of its supervisor (undefined for one of its own). */
export function specsOf(scenario: Scenario): readonly { readonly spec: ActorSpec; readonly parent?: string }[] {
  const found: { spec: ActorSpec; parent?: string }[] = [];
  const visit = (spec: ActorSpec, parent?: string): void => {
    found.push(parent === undefined ? { spec } : { spec, parent });
    for (const child of spec.children ?? []) visit(child, spec.id);
  };
  if (scenario.tree !== undefined) visit(scenario.tree);
  const visitOp = (op: Op): void => {
    // The second and third places of start-child are its supervisor's label and a spec, by the language's own rule.
    if (op[0] === "start-child") visit(op[2] as ActorSpec, String(op[1]));
    if (op[0] === "do") for (const inner of op[1] as readonly Op[]) visitOp(inner);
  };
  for (const step of scenario.steps) visitOp(step);
  return found;
}
