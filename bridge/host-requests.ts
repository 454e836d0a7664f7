// What Python asks its host for during one call: served, answered, given up.
// Knows nothing of what is asked; whoever made the call answers.
import type { BridgeCallOptions, CallPort } from "./call-port.ts";
import { requestUnserved, toFailure } from "./errors.ts";
import type { Failure, Payload, WorkerFrame } from "./messages.ts";

/** The code under which Python hands back an error that the host answered a request with. */
const HOST_ERROR = "HOST_ERROR";
/** An error further back is worded as Python words it. An optimizer may meet thousands in one call. */
const KEPT_ERRORS = 256;

/** The open requests of one call. */
export class HostRequests {
  readonly #port: CallPort;
  readonly #callId: number;
  readonly #handler: string;
  readonly #options: BridgeCallOptions;
  readonly #open = new Map<number, AbortController>();
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
    const { request = 0, kind = "", name = "", slot = "" } = asked;
    const input = asked.input ?? {};
    if (this.#open.has(request)) {
      this.#port.broken(`it uses the number of request ${request} twice`);
      return;
    }
    if (this.#open.size >= this.#port.limits.openRequests) {
      this.#port.broken("it has more requests open than it may");
      return;
    }
    const controller = new AbortController();
    this.#open.set(request, controller);
    // A call that is over still takes its payloads in: the worker counts on being granted its chunks.
    this.#port.receive(input, (bytes) => {
      if (!isRunning || controller.signal.aborted) return;
      void this.#serve(request, { kind, name, slot, signal: controller.signal }, input, bytes);
    });
  }

  /** Python waits for a request no more. */
  abandon(request: number): void {
    this.#open.get(request)?.abort();
    this.#open.delete(request);
  }

  /** The call is over: nobody waits for any of them. */
  close(): void {
    for (const controller of this.#open.values()) controller.abort();
    this.#open.clear();
  }

  /** The error that a failure repeats, where it is one that a request was answered with. */
  errorOf({ code, details }: Failure): unknown {
    if (code !== HOST_ERROR || details === undefined) return undefined;
    return this.#errors.get(Number(details));
  }

  async #serve(
    request: number,
    asked: { readonly kind: string; readonly name: string; readonly slot: string; readonly signal: AbortSignal },
    input: Payload,
    bytes: Uint8Array,
  ): Promise<void> {
    const { serve, form = "plain" } = this.#options;
    try {
      if (serve === undefined) throw requestUnserved(this.#handler, asked.kind, asked.name);
      const value = await serve({ ...asked, input: this.#port.decode(input, bytes, form) });
      this.#answer(request, { value: this.#port.payloadOf(value) });
    } catch (error) {
      this.#remember(request, error);
      this.#answer(request, { failure: toFailure(error) });
    }
  }

  #remember(request: number, error: unknown): void {
    this.#errors.set(request, error);
    const [oldest] = this.#errors.keys();
    if (this.#errors.size > KEPT_ERRORS && oldest !== undefined) this.#errors.delete(oldest);
  }

  #answer(request: number, answer: { readonly value?: Payload; readonly failure?: Failure }): void {
    if (!this.#open.delete(request)) return;
    this.#port.send({ call: this.#callId, answer: { request, ...answer } }, "data", answer.value?.data?.length ?? 0);
  }
}
