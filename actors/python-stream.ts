// The elements of a handler of Python's as callers hold them: begun with the first one asked for, ended by leaving the loop.
// Knows nothing of pools and sessions: how it is begun is brought to it.
import type { StartedStream } from "../bridge/index.ts";

/** What a stream is begun by; its signal aborts when the consumer leaves, also while a worker is waited for. */
export type BeginStream = (signal: AbortSignal) => Promise<StartedStream> | StartedStream;

/** A stream. It takes one consumer; leave the loop, or declare it by `await using`, and Python's generator is closed. */
export class PythonStream implements AsyncIterableIterator<unknown>, AsyncDisposable {
  readonly #begin: BeginStream;
  readonly #signal: AbortSignal;
  readonly #leaving = new AbortController();
  #stream: Promise<StartedStream> | undefined;
  #status: "open" | "over" = "open";

  /** Made by `runtime.python.stream` and by sessions. */
  constructor(begin: BeginStream, signal: AbortSignal | undefined) {
    this.#begin = begin;
    // One that is none, past the compiler, is refused with the other options when the stream is begun.
    const outer = signal instanceof AbortSignal ? [signal] : [];
    this.#signal = AbortSignal.any([...outer, this.#leaving.signal]);
  }

  /** The next element, or the end. Rejects once, with what the handler or the way to it fails with. */
  async next(): Promise<IteratorResult<unknown, undefined>> {
    if (this.#status === "over") return { value: undefined, done: true };
    try {
      this.#stream ??= Promise.resolve(this.#begin(this.#signal));
      const result = await (await this.#stream).next();
      if (result.done !== true) return result;
    } catch (error) {
      // The consumer has left meanwhile: it wants to know of nothing any more.
      if (!this.#leaving.signal.aborted) {
        this.#status = "over";
        throw error;
      }
    }
    this.#status = "over";
    return { value: undefined, done: true };
  }

  /** Ends it: Python's generator is closed, and its worker free for others. A second time does nothing. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#status = "over";
    this.#leaving.abort(new Error("the consumer has left the loop"));
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
