// Runs scenarios on OTP and on our kernel side by side and counts how they came out.
// Must not know where the scenarios come from or how the outcome is shown.
import type { Erlang } from "./erlang.ts";
import { judge, type Verdict } from "./judge.ts";
import { runOnKernel } from "./kernel.ts";
import type { Scenario } from "./scenario.ts";

/** A scenario and what came of it on both sides. */
export interface Comparison {
  readonly scenario: Scenario;
  readonly verdict: Verdict;
  readonly otp: readonly string[];
  readonly ours: readonly string[];
}

/**
 * Runs each scenario on both sides. A scenario that cannot be run on ours disagrees, with the error as its difference.
 *
 * One that waits and disagrees is run once more: OTP waits in real time, which a busy machine stretches, and ours on a clock moved by hand.
 */
export async function compare(
  erlang: Erlang,
  scenarios: readonly Scenario[],
  documented: Readonly<Record<string, readonly string[]>> = {},
): Promise<readonly Comparison[]> {
  const first = await compareOnce(erlang, scenarios, documented);
  const doubtful = first.filter(({ scenario, verdict }) => verdict.type === "disagreed" && isTimed(scenario));
  if (doubtful.length === 0) return first;
  const again = await compareOnce(
    erlang,
    doubtful.map(({ scenario }) => scenario),
    documented,
  );
  return first.map((comparison) => again.find(({ scenario }) => scenario === comparison.scenario) ?? comparison);
}

function isTimed({ steps }: Scenario): boolean {
  return steps.some(([what]) => what === "wait");
}

async function compareOnce(
  erlang: Erlang,
  scenarios: readonly Scenario[],
  documented: Readonly<Record<string, readonly string[]>>,
): Promise<readonly Comparison[]> {
  const traces = await erlang.run(scenarios);
  const comparisons: Comparison[] = [];
  for (const scenario of scenarios) {
    const otp = traces.get(scenario.id) ?? [];
    if (scenario.status === "not-built") {
      comparisons.push({ scenario, verdict: { type: "not-built" }, otp, ours: [] });
      continue;
    }
    try {
      const ours = await runOnKernel(scenario);
      const verdict = judge(scenario, { otp, ours, documented: documented[scenario.id] });
      comparisons.push({ scenario, verdict, otp, ours });
    } catch (error) {
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      comparisons.push({ scenario, verdict: { type: "disagreed", difference: String(cause) }, otp, ours: [] });
    }
  }
  return comparisons;
}
