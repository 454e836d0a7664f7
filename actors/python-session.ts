// A session as callers hold it: a worker to itself, state from call to call, and functions of this side for as long as it lasts.
// Knows nothing of pools.
import type { PoolCallOptions, PoolSession, PoolStreamOptions } from "../bridge/index.ts";
import { type HostTools, serveTools } from "./host-tools.ts";
import { checkedHandler } from "./python-call-check.ts";
import { PythonStream } from "./python-stream.ts";

/** How a session's handler is called. */
export interface SessionCallOptions extends PoolCallOptions {
  /** Functions that Python may call during this call, over the session's own. Default: the session's. */
  readonly tools?: HostTools;
}

/** How a session's handler is streamed. */
export interface SessionStreamOptions extends PoolStreamOptions {
  /** Functions that Python may call meanwhile, over the session's own. Default: the session's. */
  readonly tools?: HostTools;
}

/** A session. Close it, or declare it by `await using`; one that is forgotten ends when its time is up. */
export class PythonSession implements AsyncDisposable {
  readonly #session: PoolSession;
  #tools: HostTools;

  /** Made by `runtime.python.session`. */
  constructor(session: PoolSession, tools: HostTools = {}) {
    this.#session = session;
    this.#tools = tools;
  }

  get sessionId(): string {
    return this.#session.sessionId;
  }

  /** Offers further functions to Python for the rest of the session, over those of the same names. */
  provide(tools: HostTools): void {
    this.#tools = { ...this.#tools, ...tools };
  }

  /**
   * Calls a handler on the session's worker; `dspex.current_call().state` is there what earlier calls left, and `dspex.host_tool(name)` the session's functions.
   *
   * Rejects as a pool's call does, and with BRIDGE_SESSION_OVER once the session has ended.
   */
  async call(
    handler: string,
    input?: unknown,
    { tools, serve, ...options }: SessionCallOptions = {},
  ): Promise<unknown> {
    return this.#session.call(checkedHandler(handler), input, { ...options, serve: this.#serve(tools, serve) });
  }

  /**
   * Calls a generator on the session's worker and takes its elements one by one, as `runtime.python.stream` does.
   *
   * The session does not run out of time meanwhile. Rejects as `call` does.
   */
  stream(
    handler: string,
    input?: unknown,
    { tools, serve, signal, ...options }: SessionStreamOptions = {},
  ): PythonStream {
    const served = this.#serve(tools, serve);
    const begin = async (leaving: AbortSignal) =>
      this.#session.stream(checkedHandler(handler), input, { ...options, serve: served, signal: leaving });
    return new PythonStream(begin, signal);
  }

  /** Ends it: the worker is another's again, and its functions are called no more. A second time does nothing. */
  async close(): Promise<void> {
    this.#tools = {};
    await this.#session.close();
  }

  #serve(tools: HostTools | undefined, others: PoolCallOptions["serve"]) {
    // Looked at when Python asks: one that is provided meanwhile is there.
    return serveTools(() => (tools === undefined ? this.#tools : { ...this.#tools, ...tools }), others);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
