// A session as callers hold it: a worker to itself, state from call to call, and functions of this side for as long as it lasts.
// Knows nothing of pools.
import type { PoolCallOptions, PoolSession } from "../bridge/index.ts";
import type { Clock } from "../runtime/base/index.ts";
import { type HomeModel, type HostTools, serveTools } from "./host-tools.ts";
import {
  checkedHandler,
  checkedSessionCall,
  checkedSessionStream,
  checkTools,
  deadlineOf,
} from "./python-call-check.ts";
import type { SessionCallOptions, SessionStreamOptions } from "./python-call-options.ts";
import { PythonStream } from "./python-stream.ts";

/** A session. Close it, or declare it by `await using`; one that is forgotten ends when its time is up. */
export class PythonSession implements AsyncDisposable {
  readonly #session: PoolSession;
  readonly #clock: Clock;
  readonly #home: HomeModel;
  #tools: HostTools;

  /** Made by `runtime.python.session`. */
  constructor(session: PoolSession, clock: Clock, home: HomeModel, tools: HostTools = {}) {
    this.#session = session;
    this.#clock = clock;
    this.#home = home;
    this.#tools = tools;
  }

  get sessionId(): string {
    return this.#session.sessionId;
  }

  /** Offers further functions to Python for the rest of the session, over those of the same names. Throws PYTHON_CALL_INVALID. */
  provide(tools: HostTools): void {
    checkTools(tools);
    this.#tools = { ...this.#tools, ...tools };
  }

  /**
   * Calls a handler on the session's worker; `dspex.current_call().state` is there what earlier calls left, and `dspex.host_tool(name)` the session's functions.
   *
   * Rejects as a pool's call does, and with BRIDGE_SESSION_OVER once the session has ended.
   */
  async call(handler: string, input?: unknown, given: SessionCallOptions = {}): Promise<unknown> {
    const { tools, serve, timeoutMs, ...options } = checkedSessionCall(given);
    const deadline = deadlineOf(timeoutMs, this.#clock.now());
    const asked = { ...options, ...deadline, serve: this.#serve(tools, serve) };
    return this.#session.call(checkedHandler(handler), input, asked);
  }

  /**
   * Calls a generator on the session's worker and takes its elements one by one, as `runtime.python.stream` does.
   *
   * The session does not run out of time meanwhile. Rejects as `call` does.
   */
  stream(handler: string, input?: unknown, given: SessionStreamOptions = {}): PythonStream {
    return new PythonStream(async (leaving) => {
      const { tools, serve, timeoutMs, signal: _signal, ...options } = checkedSessionStream(given);
      const deadline = deadlineOf(timeoutMs, this.#clock.now());
      const asked = { ...options, ...deadline, serve: this.#serve(tools, serve), signal: leaving };
      return this.#session.stream(checkedHandler(handler), input, asked);
    }, given.signal);
  }

  /** Ends it: what is under way is called off, the worker is another's again, and its functions are called no more. A second time does nothing. */
  async close(): Promise<void> {
    this.#tools = {};
    await this.#session.close();
  }

  #serve(tools: HostTools | undefined, others: PoolCallOptions["serve"]) {
    // Looked at when Python asks: one that is provided meanwhile is there.
    const offered = () => (tools === undefined ? this.#tools : { ...this.#tools, ...tools });
    return serveTools(offered, others, this.#home);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
