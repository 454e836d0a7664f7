// Renews what was recorded of OTP, and of our kernel where a deviation is documented.
// Must not know whether anybody agrees with it.
import { deviationOf } from "./deviations.ts";
import { writeRecording } from "./recording.ts";
import type { Comparison } from "./run.ts";

/** Keeps what came of a section. */
export function record(sectionName: string, otpRelease: string, comparisons: readonly Comparison[]): void {
  const byId = (from: readonly Comparison[], trace: (comparison: Comparison) => readonly string[]) =>
    Object.fromEntries(from.map((comparison) => [comparison.scenario.id, trace(comparison)]));
  writeRecording(sectionName, {
    otpRelease,
    traces: byId(comparisons, ({ otp }) => otp),
    ours: byId(
      comparisons.filter(({ scenario }) => deviationOf(scenario.id) !== undefined),
      ({ ours }) => ours,
    ),
  });
}
