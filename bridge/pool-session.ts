// A worker that one caller has to itself for a while, with state that lasts from call to call.
// Knows nothing of pools: how calls are made and the worker is given back is brought to it.
import { type BaseError, type Clock, isBaseError, newId, type Timer } from "../runtime/base/index.ts";
import type { StartedStream } from "./call-port.ts";
import { sessionOver } from "./errors.ts";
import type { PoolCallOptions, PoolStreamOptions } from "./pool-options.ts";

/** How a session is held. */
export interface SessionOptions {
  /** Milliseconds without a call after which it ends by itself. Default 3,600,000. */
  readonly ttlMs?: number;
  /** Its abort ends the session: whoever owns it is gone. */
  readonly signal?: AbortSignal;
  /** In `clock.now()` milliseconds: until then a worker must be free. Default: the pool's own limit. */
  readonly deadlineAt?: number;
}

/** What a session is made of. */
export interface SessionParts extends Pick<SessionOptions, "ttlMs" | "signal"> {
  readonly clock: Clock;
  readonly worker: string;
  readonly run: (handler: string, input: unknown, options: PoolCallOptions) => Promise<unknown>;
  readonly stream: (handler: string, input: unknown, options: PoolStreamOptions) => StartedStream;
  /** Gives the worker back; the session's state is forgotten there. */
  readonly giveBack: (sessionId: string) => void;
}

const TTL_MS = 3_600_000;

/** A session. Close it, or declare it by `await using`; one that is forgotten ends when its time is up. What is under way then ends with it. */
export class PoolSession {
  readonly sessionId = newId("session");
  readonly #parts: SessionParts;
  readonly #onAbort = (): void => this.#end("its owner ended it");
  /** Calls off what is under way: a worker that is given back works for nobody else until that has ended. */
  readonly #ending = new AbortController();
  #timer: Timer | undefined;
  #running = 0;
  #over: BaseError | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    parts.signal?.addEventListener("abort", this.#onAbort, { once: true });
    this.#wait();
    if (parts.signal?.aborted === true) this.#onAbort();
  }

  /**
   * Calls a handler on the session's worker; `dspex.current_call().state` is there what earlier calls left.
   *
   * Rejects as a pool's call does, and with BRIDGE_SESSION_OVER once the session has ended, also where it was under way then.
   */
  async call(handler: string, input?: unknown, options: PoolCallOptions = {}): Promise<unknown> {
    if (this.#over !== undefined) throw this.#over;
    this.#begin();
    try {
      return await this.#parts.run(handler, input, this.#within(options));
    } catch (error) {
      throw this.#told(error);
    } finally {
      this.#finish();
    }
  }

  /**
   * Calls a handler there and answers the elements of its result. The session's time does not run while they come.
   *
   * Throws BRIDGE_SESSION_OVER once the session has ended, and where the input has no form; one that is not at its end then fails with it in place of its
   * next element.
   */
  stream(handler: string, input?: unknown, options: PoolStreamOptions = {}): StartedStream {
    if (this.#over !== undefined) throw this.#over;
    const stream = this.#parts.stream(handler, input, this.#within(options));
    this.#begin();
    void stream.done.then(() => this.#finish());
    return this.#untilOver(stream);
  }

  /** Ends it, and calls off what is under way: the worker is another's again. A second time does nothing. */
  async close(): Promise<void> {
    this.#end("it was closed");
  }

  /** Its worker is gone, and its state with it. What was under way there knows so. */
  lost(reason: string): void {
    this.#end(reason, "lost");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #within<Options extends PoolCallOptions>(options: Options): Options {
    const { signal: ending } = this.#ending;
    const signal = options.signal === undefined ? ending : AbortSignal.any([options.signal, ending]);
    return { ...options, signal, session: this.sessionId };
  }

  /** What is called off because the session is over says that, and not that its caller did it. */
  #told(error: unknown): unknown {
    const isOver = this.#over !== undefined && isBaseError(error) && error.cause === this.#over;
    return isOver ? this.#over : error;
  }

  /** Elements that have come already are an ended session's too, and nobody's any more. */
  #untilOver(stream: StartedStream): StartedStream {
    let status: "open" | "over" = "open";
    const next = async (): Promise<IteratorResult<unknown>> => {
      if (status === "over") return { value: undefined, done: true };
      try {
        this.#ending.signal.throwIfAborted();
        const result = await stream.next();
        if (result.done === true) status = "over";
        return result;
      } catch (error) {
        status = "over";
        throw this.#told(error);
      }
    };
    return {
      result: stream.result,
      done: stream.done,
      next,
      async return() {
        status = "over";
        await stream.return?.();
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  #begin(): void {
    this.#running += 1;
    this.#timer?.cancel();
  }

  #finish(): void {
    this.#running -= 1;
    if (this.#running === 0 && this.#over === undefined) this.#wait();
  }

  #wait(): void {
    const { clock, ttlMs = TTL_MS } = this.#parts;
    this.#timer = clock.setTimer(ttlMs, () => this.#end(`nobody called it for ${ttlMs} ms`));
  }

  #end(reason: string, how: "ended" | "lost" = "ended"): void {
    if (this.#over !== undefined) return;
    const { worker, signal, giveBack } = this.#parts;
    this.#over = sessionOver(this.sessionId, worker, reason);
    this.#timer?.cancel();
    signal?.removeEventListener("abort", this.#onAbort);
    // Before the worker is told to drop the session's state, which handlers under way may still fill.
    if (how === "ended") this.#ending.abort(this.#over);
    giveBack(this.sessionId);
  }
}
