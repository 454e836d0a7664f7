// Records single calls of a spawned program: a run of its own each, with its LM calls under it.
// Knows nothing of evaluations.
import { type ModelChoice, type Module, programHash } from "../programs/index.ts";
import { errorCode, type JsonValue, toErrorRecord } from "../runtime/base/index.ts";
import type { RunRecord } from "../stores/index.ts";
import { CallScope } from "./call-scope.ts";
import type { LmRoute } from "./lm-route.ts";
import type { ProgramCallRecorder } from "./program-handle.ts";
import { recordedLm } from "./recorded-lm.ts";
import { recordedTools } from "./recorded-tools.ts";
import type { RunServices } from "./run-services.ts";

/** Stands in a record's key where there is no trial and no example. */
const NOWHERE = "-";

/** What a call ends in that its caller, or the end of the runtime, has called off: it can be gone on with. */
const CALLED_OFF = new Set(["PROGRAM_ABORTED", "LM_ABORTED", "PROGRAM_STOPPED", "RUNTIME_STOPPED"]);

/** Makes the function that begins to record one call of a program. */
export function programCallRecorder(
  services: RunServices,
  program: Module,
  programName: string,
  route: LmRoute,
): ProgramCallRecorder {
  const hash = programHash(program);
  return (callId, inputs, { resume, command }, model) => {
    const { recorder, clock } = services;
    const scope = new CallScope({ runId: callId, trialId: NOWHERE, exampleId: NOWHERE });
    const startedMs = clock.now();
    const head: RunRecord = {
      kind: "run",
      version: 1,
      runId: callId,
      runKind: "program",
      status: "running",
      programName,
      programHash: hash,
      metricNames: [],
      lmNames: [model === undefined ? route.lmName : nameOf(model)],
      ...(command === undefined ? {} : { source: command }),
      startedAt: Math.floor(clock.wallMs()),
      metadata: { inputs: asJson(inputs) },
    };
    // Not awaited here: the recorder writes in the order it is asked, so this record is there before any LM call of the run is.
    const started = recorder.record({ records: [head] });
    // Awaited by `finish`; until then a failure must not count as unhandled.
    started.catch(() => {});
    const recording = resume === undefined ? { recorder } : { recorder, replayFrom: services.store };
    let status: "running" | "finished" = "running";
    return {
      lm: recordedLm(route, scope, clock, recording),
      runTool: recordedTools(scope, clock, recording),
      async finish(outcome) {
        if (status === "finished") return;
        status = "finished";
        await started;
        const endedAt = Math.floor(clock.wallMs());
        const measures = { ...scope.measures(clock.now() - startedMs) };
        const metadata = { ...head.metadata, measures };
        const end: RunRecord =
          "outputs" in outcome
            ? { ...head, status: "completed", report: { outputs: asJson(outcome.outputs) }, metadata, endedAt }
            : {
                ...head,
                status: CALLED_OFF.has(errorCode(outcome.error)) ? "cancelled" : "failed",
                error: toErrorRecord(outcome.error),
                metadata,
                endedAt,
              };
        await recorder.record({ records: [end] });
      },
    };
  };
}

function nameOf(model: ModelChoice): string {
  return typeof model === "string" ? model : `${model.providerName}/${model.modelName}`;
}

/** A value as JSON would write it: what JSON cannot say is left out or shortened, as `JSON.stringify` does. */
function asJson(value: unknown): JsonValue {
  try {
    return JSON.parse(JSON.stringify(value) ?? "null");
  } catch (error) {
    // A cycle or a bigint: whether the program can use it is the program's to say, and the record says why it is not here.
    return { notRecorded: error instanceof Error ? error.message : String(error) };
  }
}
