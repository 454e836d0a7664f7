// Does for a module in a thread what it asks of its run: steps, models, tools, in its name and with everything that holds for its call.
// Knows nothing of how questions come or answers go.
import type { JsonObject, JsonValue } from "../runtime/base/index.ts";
import { moduleUnknown } from "./errors.ts";
import { type HostedNote, type HostedOutcome, type HostedRequest, packOutputs, packStep } from "./hosted-messages.ts";
import type { Call, Module, StepScope } from "./module.ts";
import type { TraceStep } from "./ports.ts";
import { prepareProgram } from "./prepare.ts";
import { Tool, type ToolContext } from "./tool.ts";

/** Calls a tool where it is: in the thread. */
export type CallToolThere = (toolCall: number, args: JsonObject, context: ToolContext) => Promise<JsonValue>;

/** Makes known what a module in a thread has said. */
export function takeNotes(notes: readonly HostedNote[], call: Call): void {
  for (const note of notes) {
    if (note.type === "trace") call.trace(note.step);
    else if (note.type === "warn") call.warn(note.warning);
    else call.report(note.report);
  }
}

/** Serves one request of the hosted module whose call this is. Never rejects: a failure is an outcome. */
export async function serveHosted(
  request: HostedRequest,
  module: Module,
  call: Call,
  callToolThere: CallToolThere,
  signal: AbortSignal | undefined,
): Promise<HostedOutcome> {
  const trace: TraceStep[] = [];
  try {
    switch (request.type) {
      case "run-step":
        return { value: packOutputs(await runStep(request, module, call, signal, trace)), trace };
      case "complete":
        return { value: await call.complete(request.request) };
      case "call-tool":
        return { value: await callTool(request, call, callToolThere) };
      default:
        return request satisfies never;
    }
  } catch (error) {
    return { error, trace };
  }
}

function runStep(
  { path, inputs, settings, timeoutMs, isTraced }: Extract<HostedRequest, { type: "run-step" }>,
  module: Module,
  call: Call,
  signal: AbortSignal | undefined,
  trace: TraceStep[],
): Promise<object> {
  const step = prepareProgram(module).modules.find((placed) => placed.path === path)?.module;
  // The file that the thread has loaded and the program here may differ.
  if (step === undefined) throw moduleUnknown(call.path, path);
  const scope: StepScope = {
    ...(settings === undefined ? {} : { settings }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(signal === undefined ? {} : { signal }),
    ...(isTraced ? { trace: (one) => trace.push(packStep(one)) } : {}),
  };
  return Object.keys(scope).length === 0 ? call.run(step, inputs) : call.run(step, inputs, scope);
}

/** The tool itself is in the thread, where its arguments are checked; here it is recorded. */
function callTool(
  { toolName, toolCall, args }: Extract<HostedRequest, { type: "call-tool" }>,
  call: Call,
  callToolThere: CallToolThere,
): Promise<JsonValue> {
  const standIn = new Tool<JsonObject>(
    { name: toolName, run: (given, context) => callToolThere(toolCall, given, context) },
    { args: {}, required: [], check: (given) => ({ args: given }) },
  );
  return call.callTool(standIn, args);
}
