// Counts what the LM calls of one example cost, on their way to the port.
// Knows nothing of prices: without a price table a cost is unknown.
import type { LmPort } from "../programs/index.ts";
import type { ExampleMeasures } from "./outcome.ts";

/** A port that counts, and what it has counted so far. */
export interface MeasuredLm {
  readonly lm: LmPort;
  measures(durationMs: number): ExampleMeasures;
}

/** Wraps a port for one example. A call that fails counts as a call; tokens count where the provider names them. */
export function measuredLm(port: LmPort): MeasuredLm {
  let lmCalls = 0;
  let inputTokens = 0;
  let outputTokens = 0;
  return {
    lm: async (request, context) => {
      lmCalls++;
      const response = await port(request, context);
      inputTokens += response.usage?.inputTokens ?? 0;
      outputTokens += response.usage?.outputTokens ?? 0;
      return response;
    },
    measures: (durationMs) => ({
      durationMs,
      costUsd: lmCalls === 0 ? 0 : "unknown",
      lmCalls,
      inputTokens,
      outputTokens,
    }),
  };
}
