// Metrics for the tests of hosted ones: each is run in a thread, by this module's address.
// Knows nothing of who runs them. Only types are imported, so that a thread loads nothing more for it.
import { threadId } from "node:worker_threads";
import type { Example, Metric } from "../../index.ts";

/** Whether it runs in another thread, and was given what a metric is given. */
export const inThread: Metric = (example, prediction, { purpose, trace }) => ({
  score: threadId === 0 ? 0 : 1,
  feedback: `${String(example.get("question"))} ${String(prediction["answer"])} ${purpose} ${trace.length}`,
});

/** Never comes back for the second question. */
export const endless = (example: Example): number => {
  if (example.get("question") === "q1") for (;;);
  return 1;
};

/** Waits for ever for the second question. */
export const waiting = (example: Example): number | Promise<number> =>
  example.get("question") === "q1" ? new Promise<number>(() => undefined) : 1;

export const failing = (): number => {
  throw new RangeError("out of range");
};

export const notAMetric = 5;
