// What every call of a program takes besides its inputs.
// Knows nothing of who serves the call.
import type { RunSource } from "../stores/index.ts";

/** Options of one call. */
export interface CallOptions {
  /** Ends the call, its sockets and everything it waits for. */
  readonly signal?: AbortSignal;
  /** Milliseconds for the whole call, queueing included. Default: the program's, else the runtime's, else none. */
  readonly timeoutMs?: number;
  /** Goes on with a recorded call that was interrupted: LM calls recorded under this id answer from the record. Default: a new call. */
  readonly resume?: string;
  /** The command that makes the call; `Runtime.unfinished` finds an interrupted call by it. */
  readonly command?: RunSource;
}
