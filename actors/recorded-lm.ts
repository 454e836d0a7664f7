// The LM port of a run: answers from the journal what is recorded there, asks the pool for the rest, and records before it answers.
// Knows nothing of limits, caches or providers' protocols.
import { isPlainRequest } from "../lm/index.ts";
import type { LmCallContext, LmPort, RequestUsage } from "../programs/index.ts";
import { BaseError, type Clock, errorCode, fromErrorRecord, toErrorRecord } from "../runtime/base/index.ts";
import {
  type LmCallRecord,
  type Payload,
  type ResultStore,
  type StoreBatch,
  toOrderedPayload,
} from "../stores/index.ts";
import type { CallScope } from "./call-scope.ts";
import type { LmAnswer, LmRoute } from "./lm-route.ts";
import type { ExampleTurn } from "./lm-turn.ts";
import type { RecorderClient } from "./recorder-client.ts";

/** How far a run's LM calls are recorded and replayed. */
export interface Recording {
  readonly recorder: RecorderClient;
  /** Where recorded calls are looked for. Absent: the run is new, so there is nothing to find. */
  readonly replayFrom?: ResultStore;
  /** Asks again where a failure is recorded. */
  readonly retryFailed?: boolean;
}

/** What went wrong between caller and pool, not between pool and model: the program's world ended, so nothing is recorded. */
const UNRECORDED = new Set([
  "LM_ABORTED",
  "LM_POOL_CLOSED",
  "ACTOR_DOWN",
  "CALL_ABORTED",
  "NAME_UNKNOWN",
  "SYSTEM_STOPPED",
  "PROGRAM_ABORTED",
  "PROGRAM_DEADLINE_EXCEEDED",
]);

/** Whether a failure of this code is none of the model's: it is not recorded, and a resume asks again. */
export function isUnrecorded(code: string): boolean {
  return UNRECORDED.has(code);
}

/**
 * Makes the LM port for one scope.
 *
 * A recorded answer is given without asking anybody; a recorded failure is thrown again, because what the program paid for after it
 * would be lost otherwise. An answer is handed to the program once the recorder has acknowledged it. With a `turn`, a request waits for it; that
 * the next one is asked does not wait for the record.
 */
export function recordedLm(
  own: LmRoute,
  scope: CallScope,
  clock: Clock,
  recording: Recording,
  turn?: ExampleTurn,
): LmPort {
  const { recorder, replayFrom, retryFailed } = recording;
  const record = (batch: StoreBatch): Promise<void> => scope.recorded(recorder.record(batch));
  return async (request, context) => {
    const route = context.model === undefined ? own : await own.other(context.model);
    const named = route.identify(request);
    const { identity } = named;
    const { modulePath } = context;
    const place = { ...scope.place, modulePath, identity, n: scope.nextOrdinal(modulePath, identity) };
    if (replayFrom !== undefined) {
      const recorded = await scope.recorded(replayFrom.get("lm-call", place));
      if (recorded !== undefined && !(retryFailed === true && "error" in recorded.outcome)) {
        if (!("error" in recorded.outcome)) {
          const response = await scope.recorded(responseOf(replayFrom, recorded, recorded.outcome.response));
          scope.add(costOf(recorded));
          context.account?.(accountOf(recorded));
          return response;
        }
        scope.add(costOf(recorded));
        throw fromErrorRecord(recorded.outcome.error);
      }
    }
    // The text that was hashed says it all, where its order says nothing: it need not be written and hashed again.
    const askedPayload = (): Payload =>
      isPlainRequest(request) ? { payloadHash: identity, text: named.text } : toOrderedPayload(request);
    const waiting = turn?.take();
    const waitedMs = typeof waiting === "object" ? await waiting : 0;
    const startedAt = Math.floor(clock.wallMs());
    const startedMs = clock.now();
    const head = {
      kind: "lm-call",
      version: 1,
      ...place,
      providerName: route.provider.providerName,
      modelName: route.provider.modelName,
      startedAt,
    } as const;
    let answer: LmAnswer;
    try {
      const asking = route.complete(request, identity, postponed(context, turn?.waitedMs), place);
      answer = await (turn === undefined ? asking : turn.over(asking));
    } catch (error) {
      if (!context.signal.aborted && !UNRECORDED.has(errorCode(error))) {
        const asked = askedPayload();
        const failed: LmCallRecord = {
          ...head,
          request: asked.payloadHash,
          outcome: { error: toErrorRecord(error) },
          from: "provider",
          costUsd: 0,
          durationMs: clock.now() - startedMs,
        };
        await record({ records: [failed], payloads: [asked] });
        scope.add({ costUsd: 0, inputTokens: 0, outputTokens: 0 });
      }
      throw error;
    }
    const asked = askedPayload();
    const answered = toOrderedPayload(answer.response);
    const usage = answer.response.usage;
    const call: LmCallRecord = {
      ...head,
      request: asked.payloadHash,
      outcome: { response: answered.payloadHash },
      from: answer.from,
      costUsd: answer.costUsd,
      ...(usage === undefined ? {} : { usage }),
      attempts: answer.attempts,
      queuedMs: answer.queuedMs + waitedMs,
      durationMs: answer.durationMs,
    };
    await record({ records: [call], payloads: [asked, answered] });
    scope.add(costOf(call));
    context.account?.(accountOf(call));
    return answer.response;
  };
}

/** The bounds of a call whose time stood still. */
function postponed(context: LmCallContext, byMs = 0): LmCallContext {
  const { deadlineAt } = context;
  return byMs === 0 || deadlineAt === undefined ? context : { ...context, deadlineAt: deadlineAt + byMs };
}

async function responseOf(store: ResultStore, { runId }: LmCallRecord, payloadHash: string): ReturnType<LmPort> {
  const response = await store.getPayload(payloadHash);
  if (response === undefined) {
    throw new BaseError(
      "RUN_RECORD_INCOMPLETE",
      `The journal of run ${runId} names a response ${payloadHash} that the store does not hold. ` +
        "The store was pruned or damaged; start a new run.",
      { details: { runId, payloadHash } },
    );
  }
  // Written by this file from an LmResponse, and checked against its hash when read.
  return response as unknown as Awaited<ReturnType<LmPort>>;
}

/** What a call costs whoever counts it: an answer that somebody else paid for costs nothing. */
function accountOf({ from, providerName, modelName, usage, costUsd }: LmCallRecord): RequestUsage | "nothing" {
  return from === "provider" ? { model: `${providerName}/${modelName}`, usage, costUsd } : "nothing";
}

function costOf({ costUsd, usage }: Pick<LmCallRecord, "costUsd" | "usage">) {
  return { costUsd, inputTokens: usage?.inputTokens ?? 0, outputTokens: usage?.outputTokens ?? 0 };
}
