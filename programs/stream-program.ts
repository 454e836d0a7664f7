// Runs a program as a stream, where it is called: no runtime is needed.
// Knows nothing of actors; a runtime streams through the same parts.
import { executeProgram } from "./execute.ts";
import type { ExecuteOptions } from "./execute-options.ts";
import { scopeProblem } from "./known-options.ts";
import type { PreparedProgram } from "./prepare.ts";
import type { ProgramPorts } from "./program-ports.ts";
import { ProgramStream, type StreamOptions } from "./program-stream.ts";
import { checkWantedFields } from "./stream-fields.ts";
import { streamPorts } from "./stream-ports.ts";

/** How a streamed run is bounded, set and told. */
export interface StreamProgramOptions extends ExecuteOptions, StreamOptions {}

/**
 * Runs a program as a stream of its parts.
 *
 * It begins with the first part that is asked for. Throws RUN_OPTIONS_INVALID and STREAM_FIELD_UNKNOWN at once, and while iterating what `executeProgram` rejects with.
 */
export function streamProgram<Inputs extends object, Outputs extends object>(
  prepared: PreparedProgram<Inputs, Outputs>,
  inputs: Inputs,
  ports: ProgramPorts,
  options: StreamProgramOptions = {},
): ProgramStream<Outputs> {
  const refused = scopeProblem("streamProgram", options);
  if (refused !== undefined) throw refused;
  const { status: _status, fields: _fields, bufferSize: _bufferSize, ...execution } = options;
  checkWantedFields(prepared.modules, options.fields);
  return new ProgramStream((run) => {
    const { signal: workSignal } = run;
    return executeProgram(prepared, inputs, streamPorts(ports, run, options), { ...execution, workSignal });
  }, options);
}
