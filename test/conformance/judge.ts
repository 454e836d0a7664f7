// Compares two traces of a scenario and words their first difference.
// Must not know where the traces come from.
import { deviationOf } from "./deviations.ts";
import type { Scenario } from "./scenario.ts";

/** How a scenario came out. */
export type Verdict =
  | { readonly type: "agreed" }
  | { readonly type: "documented"; readonly title: string }
  | { readonly type: "not-built" }
  | { readonly type: "disagreed"; readonly difference: string };

/** What OTP did and what our kernel did. */
export interface Traces {
  readonly otp: readonly string[] | undefined;
  readonly ours: readonly string[];
  /** What our kernel did when a deviation was documented. */
  readonly documented?: readonly string[] | undefined;
}

/** Compares event by event. A documented deviation must show, and must be the one that was recorded. */
export function judge(scenario: Scenario, { otp, ours, documented }: Traces): Verdict {
  if (scenario.status === "not-built") return { type: "not-built" };
  if (otp === undefined) return { type: "disagreed", difference: "expected a trace of OTP, found none: record it" };
  const deviation = deviationOf(scenario.id);
  if (deviation === undefined) {
    const difference = differenceOf(otp, ours, "OTP");
    return difference === undefined ? { type: "agreed" } : { type: "disagreed", difference };
  }
  if (differenceOf(otp, ours, "OTP") === undefined) {
    return { type: "disagreed", difference: `documented deviation "${deviation.title}" does not show any more` };
  }
  const change = documented === undefined ? undefined : differenceOf(documented, ours, "as documented");
  return change === undefined
    ? { type: "documented", title: deviation.title }
    : { type: "disagreed", difference: change };
}

function differenceOf(expected: readonly string[], found: readonly string[], whose: string): string | undefined {
  const length = Math.max(expected.length, found.length);
  for (let at = 0; at < length; at++) {
    if (expected[at] === found[at]) continue;
    const step = found.slice(0, at + 1).findLast((line) => line.startsWith("#")) ?? "";
    return `in ${step}: ${whose} ${expected[at] ?? "nothing more"}, ours ${found[at] ?? "nothing more"}`;
  }
  return undefined;
}
