// A metric in a thread: judges one prediction after the other.
// Knows nothing of evaluations. It is loaded in threads, so it imports as little as it can.
import { loadMetric, type Metric, type MetricSource } from "../evaluate/index.ts";
import { Example, toPrediction } from "../programs/index.ts";
import { defineActor, type NoReply, replyLater } from "../runtime/index.ts";
import type { Judgement } from "./judgement.ts";

/** The behaviour of a metric's actor. */
export const metricActor = defineActor({
  behaviourName: "metric",
  init: (source: Pick<MetricSource, "url" | "exportName">): Promise<Metric> => loadMetric(source),
  handleCall: {
    judge: (metric: Metric, asked: Judgement, self): NoReply<unknown, never> =>
      replyLater(judge(metric, asked, self.signal)),
  },
});

async function judge(metric: Metric, asked: Judgement, signal: AbortSignal): Promise<unknown> {
  const { fields, inputNames, outputs, purpose, trace } = asked;
  // What was an example there is one here.
  const example = new Example({ ...fields }, inputNames);
  const prediction: Readonly<Record<string, unknown>> = toPrediction(outputs);
  return await metric(example, prediction, { purpose, trace, signal });
}
