// Judges one prediction where some of the metrics run in threads: each of those has its own time, so that nobody pays for waiting.
// Knows nothing of how a thread is found or ended.
import { type MetricContext, metricSourceOf, type NamedMetric, type Outcome, scoreExample } from "../evaluate/index.ts";
import type { Example, Prediction } from "../programs/index.ts";
import type { BaseError } from "../runtime/base/index.ts";
import type { MetricSeats } from "./metric-seats.ts";
import { type WorkBounds, withinDeadline } from "./within-deadline.ts";

/** What is to be judged. */
interface Judged extends Omit<MetricContext, "signal"> {
  readonly example: Example;
  readonly prediction: Prediction;
}

/** Whether any of the metrics runs in a thread. */
export function needSeats(metrics: readonly NamedMetric[]): boolean {
  return metrics.some(({ metric }) => metricSourceOf(metric) !== undefined);
}

/**
 * Judges by metrics some of which run in threads.
 *
 * What is left of the example's time is each metric's own, from when it begins: an example that waits for a thread that another one has
 * blocked is none the worse for it. Rejects with the bounds' error where one takes too long, and with the signal's reason.
 */
export async function judgeInSeats(
  seats: MetricSeats,
  metrics: readonly NamedMetric[],
  { example, prediction, purpose, trace }: Judged,
  bounds: WorkBounds,
): Promise<Outcome> {
  const { clock, deadlineAt, signal, late } = bounds;
  const timeoutMs = Math.max(1, deadlineAt - clock.now());
  let overdue: BaseError | undefined;
  const noteLate = (): BaseError => {
    overdue = late();
    return overdue;
  };
  const seated = metrics.map(({ metricName, metric }): NamedMetric => {
    const source = metricSourceOf(metric);
    if (source !== undefined) {
      return { metricName, metric: seats.metric(source, { timeoutMs, signal, late: noteLate }) };
    }
    return {
      metricName,
      metric: (one, outputs, context) =>
        withinDeadline({ clock, deadlineAt: clock.now() + timeoutMs, signal, late: noteLate }, async (judging) =>
          metric(one, outputs, { ...context, signal: judging }),
        ),
    };
  });
  const outcome = await scoreExample(seated, example, prediction, { purpose, trace, signal });
  signal.throwIfAborted();
  // A metric's failure is its example's; being late is said in its own words.
  if (overdue !== undefined) throw overdue;
  return outcome;
}
