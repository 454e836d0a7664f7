// Hands a module's work to another runtime, with the way back to the program's own model and tools.
// Knows nothing of what the other runtime is.
import type { Call } from "./module.ts";
import { pythonMissing } from "./remote-errors.ts";
import type { RemotePort, RemoteRequest } from "./remote-port.ts";
import { RemoteStreams } from "./remote-streams.ts";

/** Has the other side do the work of the module whose call this is. Rejects with PROGRAM_PYTHON_MISSING where there is no other side. */
export async function invokeRemote(
  remote: RemotePort | undefined,
  request: RemoteRequest,
  call: Call,
): Promise<object> {
  const { path, signal, deadlineAt, parts } = call;
  if (remote === undefined) throw pythonMissing(path, request.target);
  const streams = parts === undefined ? undefined : new RemoteStreams(parts, path);
  return remote.run(request, {
    modulePath: path,
    signal,
    settings: call.settings,
    isStreamed: streams !== undefined,
    async complete(asked, predictor) {
      const stream = predictor === undefined ? undefined : streams?.asked(predictor);
      const response = await call.complete(asked, stream);
      const [first] = response.completions;
      if (first !== undefined) stream?.answered(first);
      return response;
    },
    settle: (callId, outputs) => streams?.settle(callId, outputs),
    callTool: (tool, args) => call.callTool(tool, args),
    ...(deadlineAt === undefined ? {} : { deadlineAt }),
  });
}
