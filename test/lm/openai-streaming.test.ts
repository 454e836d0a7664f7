import { afterEach, describe, expect, it } from "vitest";
import { LmPool, type LmRequest, type OpenaiCompatibleOptions, openaiCompatible } from "../../lm/index.ts";
import { BaseError, errorCode } from "../../runtime/base/index.ts";
import { eventually } from "../support/eventually.ts";
import { chatCompletion, chatEvents, type ServerReply, startOpenaiServer } from "../support/openai-server.ts";
import { type Heard, listening } from "./heard.ts";
import { manualClock } from "./manual-clock.ts";

const request: LmRequest = { messages: [{ role: "user", content: "Hi" }], options: {} };
const closers: (() => Promise<unknown> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serving(replies: readonly ServerReply[], more: Partial<OpenaiCompatibleOptions> = {}) {
  const server = await startOpenaiServer({ reply: (_body, index) => replies[index] ?? { type: "hang" } });
  const provider = openaiCompatible({
    baseUrl: server.baseUrl,
    model: "test-model",
    apiKey: "sk-secret-1234567890",
    ...more,
  });
  closers.push(server.close, async () => provider.close?.());
  const controller = new AbortController();
  const stream = (listener: Heard) => provider.stream?.(request, { signal: controller.signal }, listener);
  return { server, provider, controller, stream };
}

async function failureOf(work: Promise<unknown> | undefined): Promise<BaseError> {
  const error = await work?.then(
    () => new Error("It answered."),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BaseError);
  return error as BaseError;
}

const pieces = (texts: readonly string[], ends: "end" | "cut" | "hang" = "end"): ServerReply => ({
  type: "pieces",
  pieces: ends === "end" ? chatEvents(texts) : chatEvents(texts).slice(0, texts.length + 1),
  ends,
});

describe("openaiCompatible, streaming", () => {
  it("tells the pieces as they come and answers the whole with its usage", async () => {
    const { server, stream } = await serving([pieces(["Dub", "lin", "ers"])]);
    const heard = listening();
    const response = await stream(heard);
    expect(heard.pieces.join("")).toBe("Dubliners");
    expect(response).toEqual({
      completions: [{ text: "Dubliners", finishReason: "stop" }],
      model: "test-model",
      usage: { inputTokens: 10, outputTokens: 3 },
    });
    const [seen] = server.seen;
    expect(JSON.parse(seen?.body ?? "")).toEqual({
      model: "test-model",
      messages: request.messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(seen?.headers["accept"]).toBe("text/event-stream");
  });

  it("asks for no usage where the server refuses that", async () => {
    const { server, stream } = await serving([pieces(["a"])], { streamUsage: "off" });
    await stream(listening());
    expect(JSON.parse(server.seen[0]?.body ?? "")).not.toHaveProperty("stream_options");
  });

  it("answers the same as it would unstreamed where the server does not stream", async () => {
    const body = chatCompletion("whole");
    const { stream, provider, controller } = await serving([
      { type: "status", status: 200, body },
      { type: "status", status: 200, body },
    ]);
    const streamed = await stream(listening());
    expect(streamed).toEqual(await provider.complete(request, { signal: controller.signal }));
  });

  it("does not cut a character that comes in two pieces", async () => {
    const [first = "", ...others] = chatEvents(["é☕"]).slice(1);
    const bytes = Buffer.from(first, "utf8");
    const server = await startOpenaiServer();
    closers.push(server.close);
    const { createServer } = await import("node:http");
    const cutter = createServer((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      let at = 0;
      const next = (): void => {
        if (at < bytes.length) {
          response.write(bytes.subarray(at, ++at));
          setImmediate(next);
        } else response.end(others.join(""));
      };
      next();
    });
    await new Promise<void>((resolve) => cutter.listen(0, "127.0.0.1", resolve));
    const address = cutter.address();
    const port = typeof address === "object" ? address?.port : 0;
    const provider = openaiCompatible({ baseUrl: `http://127.0.0.1:${port}/v1`, model: "m" });
    closers.push(
      () => new Promise((resolve) => cutter.close(resolve)),
      async () => provider.close?.(),
    );
    const heard = listening();
    await provider.stream?.(request, { signal: new AbortController().signal }, heard);
    expect(heard.pieces.join("")).toBe("é☕");
  });

  it.each<[string, ServerReply, string, boolean]>([
    [
      "a stream that ends before its answer",
      { type: "pieces", pieces: chatEvents(["half"]).slice(0, 2) },
      "LM_STREAM_CUT_SHORT",
      true,
    ],
    ["a connection that breaks in it", pieces(["half"], "cut"), "LM_TRANSPORT_FAILED", true],
    ["garbage", { type: "pieces", pieces: ["data: {\n\n"] }, "LM_RESPONSE_INVALID", true],
    ["a page of HTML", { type: "pieces", pieces: ["<!doctype html>\n<html>"] }, "LM_RESPONSE_INVALID", true],
    ["nothing", { type: "pieces", pieces: [] }, "LM_RESPONSE_INVALID", true],
    ["half a whole answer", { type: "pieces", pieces: ['{"choices":[{'] }, "LM_RESPONSE_INVALID", true],
    [
      "an error in an event, which has a number",
      { type: "pieces", pieces: ['data: {"error":{"message":"slow down","code":429}}\n\n'] },
      "LM_RATE_LIMITED",
      true,
    ],
    [
      "an error in an event, which has none",
      { type: "pieces", pieces: ['data: {"error":{"message":"overloaded","type":"server_error"}}\n\n'] },
      "LM_SERVER_FAILED",
      true,
    ],
    [
      "an error in an event, which is about the prompt",
      { type: "pieces", pieces: ['data: {"error":{"message":"maximum context length exceeded"}}\n\n'] },
      "LM_CONTEXT_EXCEEDED",
      false,
    ],
    [
      "a refusal before any event",
      { type: "status", status: 401, body: '{"error":{"message":"no"}}' },
      "LM_AUTH_FAILED",
      false,
    ],
  ])("fails with %s", async (_what, reply, code, retryable) => {
    const { stream } = await serving([reply]);
    const error = await failureOf(stream(listening()));
    expect([error.code, error.retryable]).toEqual([code, retryable]);
  });

  it("repeats no key that a stream's error repeats", async () => {
    const { stream } = await serving([
      { type: "pieces", pieces: ['data: {"error":{"message":"bad sk-secret-1234567890"}}\n\n'] },
    ]);
    expect((await failureOf(stream(listening()))).message).not.toContain("sk-secret");
  });

  it("ends the socket where it is called off in the middle", async () => {
    const { server, stream, controller } = await serving([pieces(["one", "two"], "hang")]);
    const heard = listening();
    const call = stream(heard);
    await eventually(() => heard.pieces.join("") === "onetwo");
    controller.abort(new BaseError("STOP", "stop"));
    expect((await failureOf(call)).code).toBe("STOP");
    await eventually(() => server.openSockets === 0);
  });

  it("ends the socket of a stream that is garbage, and does not wait for its end", async () => {
    const { server, stream } = await serving([{ type: "pieces", pieces: ["data: {\n\n"], ends: "hang" }]);
    expect((await failureOf(stream(listening()))).code).toBe("LM_RESPONSE_INVALID");
    await eventually(() => server.openSockets === 0);
  });

  it("reads no further while its listener has enough", async () => {
    const long = Array.from({ length: 400 }, () => "x".repeat(20_000));
    const { server, stream } = await serving([pieces(long)]);
    const heard = listening();
    heard.full = true;
    const call = stream(heard);
    // Sent until the sockets' buffers are full, and no further: what is sent stands still below the whole.
    await eventually(() => heard.pieces.length > 0);
    let before = -1;
    await eventually(() => {
      const sent = server.seen[0]?.sentBytes ?? 0;
      const stands = sent === before;
      before = sent;
      return stands;
    }, 100);
    expect(before).toBeLessThan(7_900_000);
    expect(heard.pieces.join("").length).toBeLessThan(1_000_000);
    heard.takeMore();
    expect((await call)?.completions[0]?.text?.length).toBe(8_000_000);
    expect(heard.pieces.join("").length).toBe(8_000_000);
  });
});

describe("LmPool, streaming over HTTP", () => {
  it("ends a stream that hangs, and asks again", async () => {
    const { provider, server } = await serving([pieces(["half"], "hang"), pieces(["whole"])]);
    const clock = manualClock();
    const pool = new LmPool({ provider, clock, attemptTimeoutMs: 60_000, retries: { baseMs: 1 } });
    closers.push(() => pool.close());
    const heard = listening();
    const call = pool.complete({ request, listener: heard });
    await eventually(() => heard.pieces.length === 1);
    await clock.advance(60_000);
    await eventually(async () => {
      await clock.advance(1);
      return server.counts.requests === 2;
    });
    const { response, attempts } = await call;
    expect(heard.pieces).toEqual(["half", "(again)", "whole"]);
    expect([response.completions[0]?.text, attempts]).toEqual(["whole", 2]);
    await eventually(() => server.openSockets <= 1);
  });

  it("ends the socket at the call's deadline", async () => {
    const { provider, server } = await serving([pieces(["half"], "hang")]);
    const pool = new LmPool({ provider, timeoutMs: 150 });
    closers.push(() => pool.close());
    expect(await pool.complete({ request, listener: listening() }).catch(errorCode)).toBe("LM_TIMEOUT");
    await eventually(() => server.openSockets === 0);
  });
});
