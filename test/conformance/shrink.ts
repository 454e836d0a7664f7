// Makes a scenario smaller for as long as what is wrong with it stays wrong.
// Must not know what is wrong with it.
import type { ActorSpec, Op, Scenario } from "./scenario.ts";

/** Which of these still fail, as one answer: they are run together. */
export type StillFailing = (candidates: readonly Scenario[]) => Promise<readonly boolean[]>;

/**
 * The smallest scenario that still fails, as far as taking away one thing at a time leads.
 *
 * Each round tries every way to take something away, larger pieces first, and goes on with the first that still fails.
 */
export async function shrink(scenario: Scenario, stillFailing: StillFailing): Promise<Scenario> {
  let smallest = scenario;
  for (;;) {
    const candidates = smallerThan(smallest).map((candidate, at) => ({ ...candidate, id: `${scenario.id}~${at}` }));
    if (candidates.length === 0) return smallest;
    const failing = await stillFailing(candidates);
    const next = candidates[failing.indexOf(true)];
    if (next === undefined) return smallest;
    smallest = { ...next, id: scenario.id };
  }
}

function smallerThan(scenario: Scenario): readonly Scenario[] {
  return [
    ...withoutRuns(scenario.steps).map((steps) => ({ ...scenario, steps })),
    ...(scenario.tree === undefined ? [] : smallerTrees(scenario.tree).map((tree) => ({ ...scenario, tree }))),
    ...scenario.steps.flatMap((step, at) =>
      smallerSteps(step).map((smaller) => ({ ...scenario, steps: scenario.steps.with(at, smaller) })),
    ),
  ];
}

/** The list without a run of its elements: halves, then quarters, down to one. The first, which starts the tree, stays. */
function withoutRuns(steps: readonly Op[]): readonly (readonly Op[])[] {
  const found: (readonly Op[])[] = [];
  for (let size = steps.length >> 1; size >= 1; size >>= 1) {
    for (let at = 1; at + size <= steps.length; at += size) found.push(steps.toSpliced(at, size));
  }
  return found;
}

function smallerTrees(spec: ActorSpec): readonly ActorSpec[] {
  const { children = [] } = spec;
  return [
    ...children.map((_, at) => ({ ...spec, children: children.toSpliced(at, 1) })),
    ...children.flatMap((child, at) =>
      [...smallerTrees(child), ...plainer(child)].map((smaller) => ({ ...spec, children: children.with(at, smaller) })),
    ),
    ...(spec.strategy === undefined || spec.strategy === "one_for_one" ? [] : [{ ...spec, strategy: "one_for_one" }]),
  ];
}

/** The actor without something that it need not say. */
function plainer(spec: ActorSpec): readonly ActorSpec[] {
  const found: ActorSpec[] = [];
  for (const field of ["init", "terminate", "trap", "shutdown", "restart", "significant"] as const) {
    if (spec[field] === undefined) continue;
    const { [field]: _, ...rest } = spec;
    found.push(rest);
  }
  const { init } = spec;
  if (init !== undefined && init.length > 1) found.push({ ...spec, init: init.slice(0, -1) });
  return found;
}

function smallerSteps(step: Op): readonly Op[] {
  if (step[0] === "do") return step[1] as readonly Op[];
  // The third place of start-child is a spec, by the language's own rule.
  if (step[0] === "start-child") return plainer(step[2] as ActorSpec).map((spec) => ["start-child", step[1], spec]);
  return [];
}
