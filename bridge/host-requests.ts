// What Python asks its host for during one call: served, answered, given up.
// Knows nothing of what is asked; whoever made the call answers.
import type { BridgeCallOptions, CallPort, HostAsk } from "./call-port.ts";
import { failureBytes, requestUnserved, requestWantsOne, toFailure } from "./errors.ts";
import type { Credit, Failure, Payload, WorkerFrame } from "./messages.ts";

/** An error further back is made again of what Python has of it. An optimizer may meet thousands in one call. */
const KEPT_ERRORS = 256;

interface OpenRequest {
  readonly controller: AbortController;
  /** Elements that Python has room for. */
  credit: number;
  /** Wakes whoever waits for that. */
  wake: (() => void) | undefined;
}

/** The open requests of one call. */
export class HostRequests {
  readonly #port: CallPort;
  readonly #callId: number;
  readonly #handler: string;
  readonly #options: BridgeCallOptions;
  readonly #open = new Map<number, OpenRequest>();
  /** Errors that were answered, by request: one that comes back uncaught is the very error it was. */
  readonly #errors = new Map<number, unknown>();

  constructor(port: CallPort, callId: number, handler: string, options: BridgeCallOptions) {
    this.#port = port;
    this.#callId = callId;
    this.#handler = handler;
    this.#options = options;
  }

  /** Serves a request, unless the call is over for its caller. */
  take(asked: NonNullable<WorkerFrame["request"]>, isRunning: boolean): void {
    const { request = 0, kind = "", name = "", slot = "", items = 0 } = asked;
    const input = asked.input ?? {};
    if (this.#open.has(request)) {
      this.#port.broken(`it uses the number of request ${request} twice`);
      return;
    }
    if (this.#open.size >= this.#port.limits.openRequests) {
      this.#port.broken("it has more requests open than it may");
      return;
    }
    const open: OpenRequest = { controller: new AbortController(), credit: items, wake: undefined };
    const { signal } = open.controller;
    this.#open.set(request, open);
    const wants = items > 0 ? "elements" : "one";
    // A call that is over still takes its payloads in: the worker counts on being granted its chunks.
    this.#port.receive(input, (bytes) => {
      if (!isRunning || signal.aborted) return;
      void this.#serve(request, open, { kind, name, slot, wants, signal }, input, bytes);
    });
  }

  /** Python has room for so many more elements of a request; a grant for one that is over changes nothing. */
  granted({ request = 0, items = 0 }: Credit): void {
    const open = this.#open.get(request);
    if (open === undefined) return;
    open.credit += items;
    wake(open);
  }

  /** Python waits for a request no more. */
  abandon(request: number): void {
    const open = this.#open.get(request);
    this.#open.delete(request);
    if (open !== undefined) giveUp(open);
  }

  /** The call is over: nobody waits for any of them. */
  close(): void {
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const each of open) giveUp(each);
  }

  /** The error that a failure repeats, where it is one that a request was answered with. */
  errorOf({ request = 0 }: Failure): unknown {
    return this.#errors.get(request);
  }

  async #serve(
    request: number,
    open: OpenRequest,
    asked: Omit<HostAsk, "input">,
    input: Payload,
    bytes: Uint8Array,
  ): Promise<void> {
    const { serve, form = "plain" } = this.#options;
    try {
      if (serve === undefined) throw requestUnserved(this.#handler, asked.kind, asked.name);
      const value = await serve({ ...asked, input: this.#port.decode(input, bytes, form) });
      if (asked.wants === "elements") {
        await this.#sendEach(request, open, elementsOf(value));
        this.#answer(request, {});
        return;
      }
      if (isAsyncIterable(value) || isGenerator(value)) throw requestWantsOne(asked.name);
      // Looked at before it is encoded: nobody would ever ask for the chunks of an answer that is not sent.
      if (this.#open.has(request)) this.#answer(request, { value: this.#port.payloadOf(value) });
    } catch (error) {
      this.#remember(request, error);
      if (this.#open.has(request)) this.#answer(request, { failure: toFailure(error) });
    }
  }

  /** Sends elements as Python has room for them. Where it wants no more, leaving the loop ends whoever makes them. */
  async #sendEach(request: number, open: OpenRequest, elements: AsyncIterable<unknown>): Promise<void> {
    const { signal } = open.controller;
    for await (const element of elements) {
      while (open.credit === 0 && !signal.aborted) {
        await new Promise<void>((resolve) => {
          open.wake = resolve;
        });
      }
      if (signal.aborted) return;
      open.credit -= 1;
      this.#send(request, { value: this.#port.payloadOf(element), more: true });
    }
  }

  #remember(request: number, error: unknown): void {
    this.#errors.set(request, error);
    const [oldest] = this.#errors.keys();
    if (this.#errors.size > KEPT_ERRORS && oldest !== undefined) this.#errors.delete(oldest);
  }

  #answer(request: number, answer: { readonly value?: Payload; readonly failure?: Failure }): void {
    if (this.#open.delete(request)) this.#send(request, answer);
  }

  #send(request: number, answer: { readonly value?: Payload; readonly failure?: Failure; readonly more?: true }): void {
    const { value, failure } = answer;
    const sizeBytes = failure === undefined ? (value?.data?.length ?? 0) : failureBytes(failure);
    this.#port.send({ call: this.#callId, answer: { request, ...answer } }, "data", sizeBytes);
  }
}

function giveUp(open: OpenRequest): void {
  open.controller.abort();
  wake(open);
}

function wake(open: OpenRequest): void {
  const { wake: woken } = open;
  open.wake = undefined;
  woken?.();
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

/** Whatever is iterated over step by step gives its elements; a list is one value like any other, and so is everything else. */
async function* elementsOf(value: unknown): AsyncGenerator<unknown> {
  if (isAsyncIterable(value)) yield* value;
  else if (isGenerator(value)) yield* value;
  else yield value;
}

function isGenerator(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value && "next" in value;
}
