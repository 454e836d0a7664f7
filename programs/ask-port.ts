// Sends one request through the port, with everything that its answerer is to know, and adds up what it cost.
// Knows nothing of what is asked.
import type { Call } from "./module.ts";
import type { LmCallContext, LmListener, LmRequest, LmResponse, RequestUsage, UsageSink } from "./ports.ts";
import type { ProgramRun } from "./program-run.ts";

/** Sends a request in a module's name. Rejects with what the port rejects with. */
export function askPort(
  run: ProgramRun,
  request: LmRequest,
  { path, signal }: Pick<Call, "path" | "signal">,
  listener: LmListener | undefined,
  parentId: string | undefined,
): Promise<LmResponse> {
  const { ports, deadlineAt, log } = run;
  const { model } = run.settings;
  const trackers = trackersOf(run);
  const hears = log?.hears("request") === true;
  const isPlain = model === undefined && listener === undefined && trackers === undefined && !hears;
  if (isPlain) {
    // Most requests are so. Rejected: one object of all that may be there; it is the larger for each that is not.
    return ports.lm(
      request,
      deadlineAt === undefined ? { modulePath: path, signal } : { modulePath: path, signal, deadlineAt },
    );
  }
  const send = (workId: string | undefined): Promise<LmResponse> => {
    const context: LmCallContext = {
      modulePath: path,
      signal,
      ...(deadlineAt === undefined ? {} : { deadlineAt }),
      ...(model === undefined ? {} : { model }),
      ...(listener === undefined ? {} : { listener }),
      ...(workId === undefined ? {} : { workId }),
    };
    return trackers === undefined ? ports.lm(request, context) : accounted(ports.lm, request, context, trackers);
  };
  if (log === undefined || !hears) return send(parentId);
  return log.tell({ kind: "request", path, name: path, inputs: request, parentId }, send);
}

function trackersOf({ ports, settings }: ProgramRun): readonly UsageSink[] | undefined {
  const own = settings.usage;
  if (ports.usage === undefined) return own === undefined ? undefined : [own];
  return own === undefined || own === ports.usage ? [ports.usage] : [ports.usage, own];
}

/** Adds what a request cost: what its answerer says, else what the response says. */
async function accounted(
  lm: (request: LmRequest, context: LmCallContext) => Promise<LmResponse>,
  request: LmRequest,
  context: LmCallContext,
  trackers: readonly UsageSink[],
): Promise<LmResponse> {
  let said: RequestUsage | "nothing" | undefined;
  const account = (cost: RequestUsage | "nothing"): void => {
    said = cost;
  };
  const response = await lm(request, { ...context, account });
  const cost = said ?? { model: response.model, usage: response.usage, costUsd: "unknown" };
  if (cost !== "nothing") for (const tracker of trackers) tracker.add(cost);
  return response;
}
