// The tool port of a run: answers from the journal what is recorded there, has the tool do the rest, and records before it answers.
// Knows nothing of what tools do, or of who decides that they are called.
import type { RunTool } from "../programs/index.ts";
import {
  BaseError,
  type Clock,
  contentHash,
  fromErrorRecord,
  type JsonValue,
  toErrorRecord,
} from "../runtime/base/index.ts";
import { type StoreBatch, type ToolCallRecord, toOrderedPayload } from "../stores/index.ts";
import { callKey } from "./call-key.ts";
import type { CallScope } from "./call-scope.ts";
import type { Recording } from "./recorded-lm.ts";

/**
 * Makes the tool port for one scope.
 *
 * A tool whose result is recorded is not called again, and neither is one whose failure is; the program is given what it was given then. A call that was under way
 * when the process ended is made again, under the same key.
 */
export function recordedTools(
  scope: CallScope,
  clock: Clock,
  { recorder, replayFrom, retryFailed }: Recording,
): RunTool {
  const record = (batch: StoreBatch): Promise<void> => scope.recorded(recorder.record(batch));
  return async ({ modulePath, toolName, args, signal }, invoke) => {
    const identity = contentHash({ tool: toolName, args });
    const place = { ...scope.place, modulePath, identity, n: scope.nextOrdinal(modulePath, identity) };
    if (replayFrom !== undefined) {
      const recorded = await scope.recorded(replayFrom.get("tool-call", place));
      if (recorded !== undefined && "result" in recorded.outcome) {
        const held = await scope.recorded(replayFrom.getPayload(recorded.outcome.result));
        if (held === undefined) throw resultMissing(recorded);
        // Written by this file around the result.
        return (held as { readonly result: JsonValue }).result;
      }
      if (recorded !== undefined && "error" in recorded.outcome && retryFailed !== true) {
        throw fromErrorRecord(recorded.outcome.error);
      }
    }
    const asked = toOrderedPayload(args);
    const startedAt = Math.floor(clock.wallMs());
    const startedMs = clock.now();
    const called = (outcome: ToolCallRecord["outcome"]): ToolCallRecord => ({
      kind: "tool-call",
      version: 1,
      ...place,
      toolName,
      args: asked.payloadHash,
      outcome,
      startedAt,
      durationMs: clock.now() - startedMs,
    });
    let result: JsonValue;
    try {
      result = await invoke(callKey(place));
    } catch (error) {
      // Where the run has ended, nobody has seen how the tool did.
      if (!signal.aborted) await record({ records: [called({ error: toErrorRecord(error) })], payloads: [asked] });
      throw error;
    }
    const answered = toOrderedPayload({ result });
    await record({ records: [called({ result: answered.payloadHash })], payloads: [asked, answered] });
    return result;
  };
}

function resultMissing({ runId, toolName, outcome }: ToolCallRecord): BaseError {
  return new BaseError(
    "RUN_RECORD_INCOMPLETE",
    `The journal of run ${runId} names a result of the tool \`${toolName}\` that the store does not hold. The store was pruned or damaged; start a new run.`,
    { details: { runId, toolName, outcome } },
  );
}
