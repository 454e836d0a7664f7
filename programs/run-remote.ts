// Hands a module's work to another runtime, with the way back to the program's own model.
// Knows nothing of what the other runtime is.
import type { Call } from "./module.ts";
import { pythonMissing } from "./remote-errors.ts";
import type { RemotePort, RemoteRequest } from "./remote-port.ts";

/** Has the other side do the work of the module whose call this is. Rejects with PROGRAM_PYTHON_MISSING where there is no other side. */
export async function invokeRemote(
  remote: RemotePort | undefined,
  request: RemoteRequest,
  call: Call,
): Promise<object> {
  const { path, signal, deadlineAt } = call;
  if (remote === undefined) throw pythonMissing(path, request.target);
  return remote.run(request, {
    modulePath: path,
    signal,
    settings: call.settings,
    complete: (asked) => call.complete(asked),
    ...(deadlineAt === undefined ? {} : { deadlineAt }),
  });
}
