// A counting OpenAI-compatible server on this machine, for tests and benches: answers, delays, limits and every kind of misbehaviour.
// Knows nothing of dspex. `openai-server-process.ts` runs it as a process of its own.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** One request as it arrived. */
export interface SeenRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  /** Milliseconds on the server's clock. */
  readonly at: number;
  /** The status that was answered; 0 while none was, or when the client went away. */
  status: number;
  /** Of an answer in pieces, the bytes that were sent so far. */
  sentBytes: number;
}

/** What a server does with one request. */
export type ServerReply =
  | { readonly type: "answer"; readonly text: string; readonly delayMs?: number }
  | {
      readonly type: "status";
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly delayMs?: number;
    }
  /** Never answers. */
  | { readonly type: "hang" }
  /** Closes the socket without an answer. */
  | { readonly type: "cut" }
  /** Announces more bytes than it sends, then closes the socket. */
  | { readonly type: "die-mid-body" }
  /** Sends pieces of a body one after the other; then ends the answer (default), cuts the socket, or sends nothing more. */
  | {
      readonly type: "pieces";
      readonly pieces: readonly string[];
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly ends?: "end" | "cut" | "hang";
      /** Between pieces. Default 0: each in a turn of its own. */
      readonly delayMs?: number;
    };

/** How the server behaves. */
export interface OpenaiServerOptions {
  /** Decides on each request. Default: answers `ok`. */
  readonly reply?: (body: string, index: number) => ServerReply;
  /** Added to every answer. Default 0. */
  readonly latencyMs?: number;
  /** Accepts `requests` in any `windowMs`, sliding; answers 429 otherwise. */
  readonly limit?: {
    readonly requests: number;
    readonly windowMs: number;
    readonly retryAfterSeconds?: number;
    readonly countsRefused?: boolean;
  };
  /** Keeps headers and bodies of requests. Default true; a bench turns it off. */
  readonly records?: boolean;
}

/** What a server counted. */
export interface ServerCounts {
  readonly requests: number;
  readonly answered: number;
  readonly refused: number;
  readonly maxInFlight: number;
}

/** A running server. */
export interface OpenaiServer {
  /** Up to and with `/v1`. */
  readonly baseUrl: string;
  readonly seen: readonly SeenRequest[];
  readonly counts: ServerCounts;
  /** Sockets that are open right now. */
  readonly openSockets: number;
  reset(): void;
  close(): Promise<void>;
}

/** Starts a server on a free port of the loopback interface. */
export async function startOpenaiServer(options: OpenaiServerOptions = {}): Promise<OpenaiServer> {
  const seen: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  const counts = { requests: 0, answered: 0, refused: 0, maxInFlight: 0 };
  const accepted: number[] = [];
  let inFlight = 0;

  const later = (delayMs: number, run: () => void): void => {
    if (delayMs <= 0) {
      run();
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, delayMs);
    timers.add(timer);
  };

  const isOverLimit = (): boolean => {
    if (options.limit === undefined) return false;
    const now = performance.now();
    while (accepted.length > 0 && now - (accepted[0] ?? 0) >= options.limit.windowMs) accepted.shift();
    const over = accepted.length >= options.limit.requests;
    if (!over || options.limit.countsRefused === true) accepted.push(now);
    return over;
  };

  const serve = (request: IncomingMessage, response: ServerResponse, body: string): void => {
    const index = counts.requests++;
    const entry: SeenRequest = { headers: request.headers, body, at: performance.now(), status: 0, sentBytes: 0 };
    if (options.records !== false) seen.push(entry);
    counts.maxInFlight = Math.max(counts.maxInFlight, ++inFlight);
    response.once("close", () => inFlight--);
    const finish = (status: number, text: string, headers: Readonly<Record<string, string>> = {}): void => {
      if (response.destroyed) return;
      entry.status = status;
      response.writeHead(status, {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
        ...headers,
      });
      response.end(text);
    };
    if (isOverLimit()) {
      counts.refused++;
      const seconds = options.limit?.retryAfterSeconds ?? 1;
      finish(429, '{"error":{"message":"Rate limit reached","type":"requests"}}', { "retry-after": String(seconds) });
      return;
    }
    const reply = options.reply?.(body, index) ?? { type: "answer", text: "ok" };
    const latencyMs = options.latencyMs ?? 0;
    switch (reply.type) {
      case "answer":
        later((reply.delayMs ?? 0) + latencyMs, () => {
          counts.answered++;
          finish(200, chatCompletion(reply.text));
        });
        return;
      case "status":
        later((reply.delayMs ?? 0) + latencyMs, () => finish(reply.status, reply.body ?? "", reply.headers));
        return;
      case "hang":
        return;
      case "cut":
        request.socket.destroy();
        return;
      case "die-mid-body":
        response.writeHead(200, { "content-type": "application/json", "content-length": 1000 });
        response.write('{"id":"half","choices":[{"message":{"con');
        setImmediate(() => request.socket.destroy());
        return;
      case "pieces":
        void sendPieces(reply, response, entry);
        return;
      default:
        reply satisfies never;
    }
  };

  const sendPieces = async (
    { pieces, status = 200, headers, ends = "end", delayMs = 0 }: ServerReply & { readonly type: "pieces" },
    response: ServerResponse,
    entry: SeenRequest,
  ): Promise<void> => {
    entry.status = status;
    response.writeHead(status, { "content-type": "text/event-stream", ...headers });
    for (const piece of pieces) {
      if (response.destroyed) return;
      const isTaken = response.write(piece);
      entry.sentBytes += Buffer.byteLength(piece);
      // A client that does not read is waited for, as any server does.
      if (!isTaken)
        await new Promise<void>((resolve) => {
          response.once("drain", resolve);
          response.once("close", resolve);
        });
      await new Promise<void>((resolve) => (delayMs > 0 ? later(delayMs, resolve) : setImmediate(resolve)));
    }
    if (ends === "cut") response.socket?.destroy();
    if (ends !== "end") return;
    counts.answered++;
    response.end();
  };

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => serve(request, response, Buffer.concat(chunks).toString("utf8")));
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one

  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    seen,
    counts,
    get openSockets() {
      return sockets.size;
    },
    reset() {
      seen.length = 0;
      accepted.length = 0;
      Object.assign(counts, { requests: 0, answered: 0, refused: 0, maxInFlight: 0 });
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** The body of a chat completion with one choice. */
export function chatCompletion(text: string): string {
  return JSON.stringify({
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "test-model",
    choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: "stop" }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  });
}

/** The events of a streamed chat completion: one per text, then the reason why it ended, the usage, and the end. */
export function chatEvents(texts: readonly string[]): readonly string[] {
  const event = (choices: readonly object[], more: object = {}): string =>
    `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "test-model", choices, ...more })}\n\n`;
  const choice = (delta: object, finishReason: string | null): object => ({
    index: 0,
    delta,
    logprobs: null,
    finish_reason: finishReason,
  });
  return [
    event([choice({ role: "assistant", content: "" }, null)]),
    ...texts.map((content) => event([choice({ content }, null)])),
    event([choice({}, "stop")]),
    event([], { usage: { prompt_tokens: 10, completion_tokens: texts.length, total_tokens: 10 + texts.length } }),
    "data: [DONE]\n\n",
  ];
}
