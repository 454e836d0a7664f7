// The way of a recorded study to Python, and what the optimizers there may ask of it: models, judgements, trials.
// Knows nothing of optimizers or of what Python makes of the answers.
import { type ExampleResult, noMeasures, scoreExample } from "../evaluate/index.ts";
import type {
  Called,
  Completed,
  CompletePlace,
  JudgeOptions,
  OpenTrial,
  StudyRemote,
  ToolAsk,
  TrialOptions,
} from "../optimizers/index.ts";
import {
  type Example,
  invokeTool,
  type LmRequest,
  type Module,
  type PythonModule,
  type Tool,
  toPrediction,
} from "../programs/index.ts";
import { errorCode, toErrorRecord } from "../runtime/base/index.ts";
import { CallScope } from "./call-scope.ts";
import { fromResultRecord, toResultRecord } from "./example-record.ts";
import { openForeignTrial } from "./foreign-trial.ts";
import { toolUnknown } from "./host-tools.ts";
import { judgeInSeats, needSeats } from "./judge-in-seats.ts";
import type { PythonPools } from "./python-pools.ts";
import { capabilitiesOf } from "./python-remote.ts";
import { specOf } from "./python-spec.ts";
import { isUnrecorded, recordedLm } from "./recorded-lm.ts";
import { recordedTools } from "./recorded-tools.ts";
import { metricTimedOut } from "./run-example.ts";
import type { RunServices } from "./run-services.ts";
import type { StudyParts } from "./study-parts.ts";
import { withinDeadline } from "./within-deadline.ts";
import { withoutTags } from "./without-tags.ts";

/** The study, as its way to Python needs it. */
export interface RemoteStudy {
  /** As they are now: a restarted study reads its own record. */
  parts(): StudyParts;
  readonly signal: AbortSignal;
  /** Throws where the study must begin nothing more. */
  mayGoOn(): void;
  restart(): void;
  exampleIdOf(example: Example): string;
}

/** Makes a study's way to Python. */
export function studyRemote(services: RunServices, pools: PythonPools, study: RemoteStudy): StudyRemote {
  const { clock } = services;
  const { settings, metrics } = study.parts().rules;
  // By slot: equal requests at one place are told apart by their order there.
  let scopes = new Map<string, CallScope>();
  const scopeAt = (slot: string): CallScope => {
    const { runId } = study.parts().rules;
    const scope = scopes.get(slot) ?? new CallScope({ runId, trialId: slot, exampleId: "-" });
    scopes.set(slot, scope);
    return scope;
  };
  return {
    lmCapabilities: capabilitiesOf(settings.lmCapabilities ?? {}),
    ...(settings.adapter === undefined ? {} : { adapterName: settings.adapter.adapterName }),
    metrics,
    call: (handler, { pool, timeoutMs, signal, serve }, input) =>
      pools.run(pool ?? pools.nameFor("optimizer"), handler, input, {
        deadlineAt: clock.now() + timeoutMs,
        signal,
        form: "exact",
        repeatable: true,
        serve: ({ kind, name, input: asked, slot }) => serve({ kind, name, slot, input: withoutTags(asked) }),
      }),
    restart() {
      scopes = new Map();
      study.restart();
    },
    complete: (request, place) => complete(services, study, scopeAt(place.slot), request, place),
    callTool: (tools, call) => callTool(services, study, scopeAt(call.slot), tools, call),
    judge: (example, prediction, options) => judge(services, study, example, prediction, options),
    async beginTrial(candidate: Module, options: TrialOptions): Promise<OpenTrial> {
      study.mayGoOn();
      return openForeignTrial(services, study.parts(), candidate, options);
    },
    specOf: (program: PythonModule) => specOf(program.request),
  };
}

async function complete(
  { clock }: RunServices,
  study: RemoteStudy,
  scope: CallScope,
  request: LmRequest,
  { modulePath, model }: CompletePlace,
): Promise<Completed> {
  study.mayGoOn();
  const { route, recording, settings } = study.parts().rules;
  const asked: LmRequest = {
    ...request,
    // As for predictors of this side: the run's settings go over what the search says, or under it.
    options: { ...settings.lmBase, ...request.options, ...settings.lm },
  };
  try {
    const response = await recordedLm(
      route,
      scope,
      clock,
      recording,
    )(asked, {
      modulePath,
      signal: study.signal,
      ...(model === undefined ? {} : { model }),
      account: (cost) => {
        if (cost !== "nothing") settings.usage?.add(cost);
      },
    });
    return { status: "done", response };
  } catch (error) {
    scope.assertRecorded();
    // Not the model's failure but the world's end, of which nothing is recorded: a resume asks again.
    if (study.signal.aborted || isUnrecorded(errorCode(error))) throw error;
    return { status: "failed", error };
  }
}

async function callTool(
  { clock }: RunServices,
  study: RemoteStudy,
  scope: CallScope,
  tools: readonly Tool[],
  { toolName, args }: ToolAsk,
): Promise<Called> {
  study.mayGoOn();
  const { signal } = study;
  const { recording } = study.parts().rules;
  const tool = tools.find(({ name }) => name === toolName);
  if (tool === undefined) {
    const known = tools.map(({ name }) => name);
    return { status: "failed", error: toolUnknown(toolName, known) };
  }
  try {
    const result = await recordedTools(
      scope,
      clock,
      recording,
    )({ modulePath: "self", toolName, args, signal }, (callKey) =>
      invokeTool(tool, args, { clock, signal, deadlineAt: undefined, callKey }),
    );
    return { status: "done", result };
  } catch (error) {
    scope.assertRecorded();
    signal.throwIfAborted();
    return { status: "failed", error };
  }
}

async function judge(
  { clock, metricSeats }: RunServices,
  study: RemoteStudy,
  example: Example,
  outputs: Readonly<Record<string, unknown>>,
  { slot, purpose, trace }: JudgeOptions,
): Promise<ExampleResult["outcome"]> {
  study.mayGoOn();
  const { runId, metrics, recording, exampleTimeoutMs } = study.parts().rules;
  const { signal } = study;
  const exampleId = study.exampleIdOf(example);
  const place = { runId, trialId: slot, exampleId };
  const recorded = await recording.replayFrom?.get("example-result", place);
  if (recorded !== undefined && !(recording.retryFailed === true && recorded.outcome.status === "failed")) {
    return fromResultRecord(recorded).outcome;
  }
  const prediction = toPrediction(outputs);
  const startedMs = clock.now();
  const late = () => metricTimedOut(exampleId, exampleTimeoutMs);
  const bounds = { clock, deadlineAt: startedMs + exampleTimeoutMs, signal, late };
  // What goes on from a judgement goes by the first metric; the others are for reports.
  const judges = purpose === "bootstrapping" ? metrics.slice(0, 1) : metrics;
  let outcome: ExampleResult["outcome"];
  try {
    outcome = await (needSeats(judges)
      ? judgeInSeats(metricSeats, judges, { example, prediction, purpose, trace }, bounds)
      : withinDeadline(bounds, (judging) =>
          scoreExample(judges, example, prediction, { purpose, trace, signal: judging }),
        ));
  } catch (error) {
    signal.throwIfAborted();
    outcome = { status: "failed", error: toErrorRecord(error) };
  }
  signal.throwIfAborted();
  const measures = { ...noMeasures, durationMs: clock.now() - startedMs };
  const result = { exampleId, outcome, measures, prediction: JSON.parse(JSON.stringify(outputs)) };
  await recording.recorder.record({ records: [toResultRecord(place, 0, result)] });
  return outcome;
}
