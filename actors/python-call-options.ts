// How handlers of Python's are called, streamed and kept to a session.
// Only the shapes; `python-call-check.ts` holds what is given against them.
import type { PoolCallOptions, PoolStreamOptions, SessionOptions } from "../bridge/index.ts";
import type { HostTools } from "./host-tools.ts";
import type { PythonNeeds } from "./python-choice.ts";

/** How a handler is called. */
export interface PythonCallOptions extends Omit<PoolCallOptions, "deadlineAt"> {
  /** Which pool. Default: the one for what it `needs`, else `general`. */
  readonly pool?: string;
  /** What it needs of a worker, where no `pool` is named. Default: nothing in particular. */
  readonly needs?: PythonNeeds;
  /** Milliseconds for waiting and working together. Default: the pool's own, 300,000. */
  readonly timeoutMs?: number;
  /** Functions of this side that Python may call by `dspex.host_tool(name)` during this call. Default: none. */
  readonly tools?: HostTools;
}

/** How a handler is streamed. */
export interface PythonStreamOptions extends Omit<PythonCallOptions, "repeatable" | "onRepeat"> {
  /** Elements that Python may send ahead of the loop; it makes one more, which waits. Default 64, and up to 512 while small ones come and go within 50 µs each. */
  readonly credit?: number;
}

/** How a session is opened. */
export interface PythonSessionOptions extends Omit<SessionOptions, "deadlineAt"> {
  /** Which pool. Default: the one for what it `needs`, else `general`. */
  readonly pool?: string;
  /** What it needs of a worker, where no `pool` is named. Default: nothing in particular. */
  readonly needs?: PythonNeeds;
  /** Milliseconds in which a worker must be free. Default: the pool's own, 300,000. */
  readonly timeoutMs?: number;
  /** Functions of this side that Python may call by `dspex.host_tool(name)` while the session lasts. Default: none. */
  readonly tools?: HostTools;
}

/** How a session's handler is called. Its worker is chosen, and its state there forbids that a call is made twice. */
export interface SessionCallOptions
  extends Omit<PoolCallOptions, "deadlineAt" | "session" | "affinity" | "repeatable" | "onRepeat"> {
  /** Milliseconds for the call. Default: the pool's own, 300,000. */
  readonly timeoutMs?: number;
  /** Functions that Python may call during this call, over the session's own. Default: the session's. */
  readonly tools?: HostTools;
}

/** How a session's handler is streamed. */
export interface SessionStreamOptions extends Omit<PoolStreamOptions, "deadlineAt" | "session" | "affinity"> {
  /** Milliseconds for all elements together. Default: the pool's own, 300,000. */
  readonly timeoutMs?: number;
  /** Functions that Python may call meanwhile, over the session's own. Default: the session's. */
  readonly tools?: HostTools;
}
