// One POST over a keep-alive pool of undici: text out, status and text back, ended when its caller says so.
// Knows nothing of language models. The only file that speaks undici.
import { Buffer } from "node:buffer";
import { StringDecoder } from "node:string_decoder";
import { type Dispatcher, Pool } from "undici";
import type { AttemptEnd } from "./attempt-abort.ts";

/** What came back, whatever its status. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Takes the next piece of an answer's text, cut anywhere but inside a character. */
export type TakeText = (text: string) => void | Promise<void>;

/** Connections to one origin. */
export interface HttpOrigin {
  /**
   * Posts a text and reads the answer.
   *
   * Rejects with the end's reason once it is called off, whose socket is then destroyed, and otherwise with what undici throws.
   */
  post(path: string, headers: Readonly<Record<string, string>>, body: string, end: AttemptEnd): Promise<HttpAnswer>;
  /**
   * Posts a text and hands over an answer of status 200 as it comes; its `body` is then empty. What `take` throws ends the exchange and its socket
   * and is what it rejects with; where it answers a promise, nothing is read from the socket until that settles.
   */
  stream(
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    end: AttemptEnd,
    take: TakeText,
  ): Promise<HttpAnswer>;
  /** Destroys the connections; requests under way reject. */
  close(): Promise<void>;
}

/** How connections are kept. */
export interface HttpOriginOptions {
  /** Longest time to open a connection. Default 10,000 ms. */
  readonly connectTimeoutMs?: number;
  /** How long an idle connection is kept. Default 30,000 ms; a server's own hint goes first. */
  readonly keepAliveMs?: number;
  /** Largest answer that is read. Default 64 MiB. */
  readonly maxResponseBytes?: number;
}

const DEFAULT_MAX_RESPONSE_BYTES = 64 * 1024 * 1024;

/** Opens a pool for an origin such as `https://api.openai.com`; connections are made when they are first needed. */
export function openHttpOrigin(origin: string, options: HttpOriginOptions = {}): HttpOrigin {
  const pool = new Pool(origin, {
    // One connection per request in flight: how many that may be is the admission's business.
    connections: null,
    // Rejected: HTTP/2. An abort would end a stream and leave the socket; here it must end both.
    allowH2: false,
    connectTimeout: options.connectTimeoutMs ?? 10_000,
    keepAliveTimeout: options.keepAliveMs ?? 30_000,
    maxResponseSize: options.maxResponseBytes ?? DEFAULT_MAX_RESPONSE_BYTES,
    // Deadlines are the caller's; a timer per request here would be a second one.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  return {
    post: (path, headers, body, end) =>
      new Promise((resolve, reject) => {
        const exchange = new Exchange(end, resolve, reject);
        if (!exchange.start()) return;
        // Rejected: pool.request. Its readable stream costs 2 to 4 µs more per call.
        pool.dispatch({ method: "POST", path, headers, body }, exchange);
      }),
    stream: (path, headers, body, end, take) =>
      new Promise((resolve, reject) => {
        const exchange = new StreamedExchange(end, resolve, reject, take);
        if (!exchange.start()) return;
        pool.dispatch({ method: "POST", path, headers, body }, exchange);
      }),
    close: () => pool.destroy(),
  };
}

/** One request under way, as undici's handler. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #end: AttemptEnd;
  readonly #resolve: (answer: HttpAnswer) => void;
  readonly #reject: (error: unknown) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #headers: HttpAnswer["headers"] = {};
  #chunk: Buffer | undefined;
  #chunks: Buffer[] | undefined;

  constructor(end: AttemptEnd, resolve: (answer: HttpAnswer) => void, reject: (error: unknown) => void) {
    this.#end = end;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): boolean {
    const end = this.#end;
    if (end.isAborted) {
      this.#reject(end.reason);
      return false;
    }
    end.listen(() => {
      this.#controller?.abort(toError(end.reason));
      this.#reject(end.reason);
    });
    return true;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Aborted while undici was still connecting: the request must not be written now.
    if (this.#end.isAborted) controller.abort(toError(this.#end.reason));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: HttpAnswer["headers"]): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#chunk === undefined) this.#chunk = chunk;
    else if (this.#chunks === undefined) this.#chunks = [this.#chunk, chunk];
    else this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#end.forget();
    const whole = this.#chunks === undefined ? this.#chunk : Buffer.concat(this.#chunks);
    this.#resolve({
      status: this.#status,
      headers: this.#headers,
      body: whole === undefined ? "" : whole.toString("utf8"),
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#end.forget();
    this.#reject(this.#end.isAborted ? this.#end.reason : error);
  }
}

/** One request whose answer is handed over as it comes. */
class StreamedExchange extends Exchange {
  readonly #take: TakeText;
  readonly #decoder = new StringDecoder("utf8");
  #isTaken = false;
  #fault: { readonly error: unknown } | undefined;

  constructor(
    end: AttemptEnd,
    resolve: (answer: HttpAnswer) => void,
    reject: (error: unknown) => void,
    take: TakeText,
  ) {
    super(end, resolve, reject);
    this.#take = take;
  }

  override onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: HttpAnswer["headers"],
  ): void {
    super.onResponseStart(controller, status, headers);
    this.#isTaken = status === 200;
  }

  override onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#isTaken) {
      super.onResponseData(controller, chunk);
      return;
    }
    if (this.#fault !== undefined) return;
    try {
      const wait = this.#take(this.#decoder.write(chunk));
      if (wait === undefined) return;
      controller.pause();
      const resume = (): void => controller.resume();
      wait.then(resume, resume);
    } catch (error) {
      this.#fault = { error };
      controller.abort(toError(error));
    }
  }

  override onResponseError(controller: Dispatcher.DispatchController, error: Error): void {
    super.onResponseError(controller, this.#fault === undefined ? error : toError(this.#fault.error));
  }
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error("aborted", { cause: reason });
}
