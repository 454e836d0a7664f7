import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import {
  type LmProvider,
  type LmRequest,
  type OpenaiCompatibleOptions,
  openaiCompatible,
  Secret,
} from "../../lm/index.ts";
import { BaseError, toErrorRecord } from "../../runtime/base/index.ts";
import {
  chatCompletion,
  type OpenaiServer,
  type OpenaiServerOptions,
  type ServerReply,
  startOpenaiServer,
} from "../support/openai-server.ts";

const request: LmRequest = { messages: [{ role: "user", content: "Hi" }], options: {} };
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function serverAnd(
  reply: ServerReply | OpenaiServerOptions["reply"],
  more: Partial<OpenaiCompatibleOptions> = {},
): Promise<{ server: OpenaiServer; provider: LmProvider }> {
  const server = await startOpenaiServer({
    reply: typeof reply === "function" ? reply : () => reply ?? { type: "hang" },
  });
  const provider = openaiCompatible({ baseUrl: server.baseUrl, model: "test-model", ...more });
  closers.push(server.close, async () => provider.close?.());
  return { server, provider };
}

async function failureOf(promise: Promise<unknown>): Promise<BaseError> {
  const error = await promise.then(
    () => new Error("It answered."),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(BaseError);
  return error as BaseError;
}

const never = new AbortController().signal;

function raw(body: string, status = 200): ServerReply {
  return { type: "status", status, body };
}

describe("openaiCompatible", () => {
  it("sends a chat completions request without the rollout id", async () => {
    const { server, provider } = await serverAnd({ type: "answer", text: "ok" }, { apiKey: "sk-test\n" });
    await provider.complete(
      {
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Hi" },
        ],
        options: {
          temperature: 0,
          maxTokens: 7,
          topP: 0.5,
          n: 2,
          stop: ["\n"],
          seed: 3,
          presencePenalty: 1,
          frequencyPenalty: 2,
          responseFormat: { type: "json_object" },
          tools: [{ type: "function" }],
          extra: { top_k: 4 },
        },
        rolloutId: 9,
      },
      { signal: never, headers: { "x-call-key": "run/1" } },
    );
    const [seen] = server.seen;
    expect(JSON.parse(seen?.body ?? "")).toEqual({
      model: "test-model",
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hi" },
      ],
      temperature: 0,
      max_tokens: 7,
      top_p: 0.5,
      n: 2,
      stop: ["\n"],
      seed: 3,
      presence_penalty: 1,
      frequency_penalty: 2,
      response_format: { type: "json_object" },
      tools: [{ type: "function" }],
      top_k: 4,
    });
    expect(seen?.headers).toMatchObject({
      authorization: "Bearer sk-test",
      "x-call-key": "run/1",
      "content-type": "application/json",
    });
  });

  it.each([{}, { extra: {} }, { extra: { top_k: undefined }, temperature: undefined }])(
    "sends only model and messages for the options %j",
    async (options) => {
      const { server, provider } = await serverAnd({ type: "answer", text: "ok" });
      // The third has undefined where the type wants absence, as plain JavaScript would.
      await provider.complete({ ...request, options: options as LmRequest["options"] }, { signal: never });
      expect(JSON.parse(server.seen[0]?.body ?? "")).toEqual({ model: "test-model", messages: request.messages });
      expect(server.seen[0]?.headers.authorization).toBeUndefined();
    },
  );

  it("limits the answer of OpenAI's reasoning models by their own field", async () => {
    const { server, provider } = await serverAnd(
      { type: "answer", text: "ok" },
      { providerName: "openai", model: "o3-mini" },
    );
    await provider.complete({ ...request, options: { maxTokens: 5 } }, { signal: never });
    expect(JSON.parse(server.seen[0]?.body ?? "")).toMatchObject({ max_completion_tokens: 5 });
  });

  it("does not let a call's headers replace the key", async () => {
    const { server, provider } = await serverAnd({ type: "answer", text: "ok" }, { apiKey: "sk-test" });
    await provider.complete(request, { signal: never, headers: { authorization: "Bearer other" } });
    expect(server.seen[0]?.headers["authorization"]).toBe("Bearer sk-test");
  });

  it("reads text, finish reason, reasoning, tool calls, model and usage, and freezes them", async () => {
    const body = {
      model: "test-model-1",
      choices: [
        { message: { content: "A", reasoning_content: "because" }, finish_reason: "stop" },
        { message: { content: null, tool_calls: [{ id: "t" }] }, finish_reason: "tool_calls" },
        {
          message: {
            content: [
              { type: "text", text: "B" },
              { type: "text", text: "C" },
            ],
          },
        },
      ],
      usage: { prompt_tokens: 9, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 3 } },
    };
    const { provider } = await serverAnd(raw(JSON.stringify(body)));
    const response = await provider.complete(request, { signal: never });
    expect(response).toEqual({
      model: "test-model-1",
      completions: [
        { text: "A", finishReason: "stop", reasoning: "because" },
        { text: null, finishReason: "tool_calls", toolCalls: [{ id: "t" }] },
        { text: "BC" },
      ],
      usage: { inputTokens: 9, outputTokens: 4, cachedInputTokens: 3 },
    });
    expect(Object.isFrozen(response) && Object.isFrozen(response.completions[0])).toBe(true);
  });

  it("keeps its connections for calls in turn", async () => {
    const { server, provider } = await serverAnd({ type: "answer", text: "ok" });
    for (let call = 0; call < 20; call++) await provider.complete(request, { signal: never });
    // Two, not one: undici frees a connection a turn of the event loop after its answer.
    expect(server.openSockets).toBeLessThanOrEqual(2);
  });

  it.each<[string, ServerReply, string, boolean]>([
    ["a wrong key", raw('{"error":{"message":"Incorrect API key"}}', 401), "LM_AUTH_FAILED", false],
    ["a key without the right", raw("", 403), "LM_AUTH_FAILED", false],
    ["too many requests", raw('{"error":{"message":"slow down"}}', 429), "LM_RATE_LIMITED", true],
    ["a used up account", raw('{"error":{"code":"insufficient_quota"}}', 429), "LM_RATE_LIMITED", false],
    ["a bad request", raw('{"error":{"message":"no such field"}}', 400), "LM_REQUEST_INVALID", false],
    ["an unknown model", raw('{"error":{"message":"model not found"}}', 404), "LM_REQUEST_INVALID", false],
    ["an unprocessable request", raw('{"detail":[{"msg":"field required"}]}', 422), "LM_REQUEST_INVALID", false],
    ["a redirect", raw("", 301), "LM_REQUEST_INVALID", false],
    [
      "a prompt that is too long",
      raw('{"error":{"code":"context_length_exceeded","message":"too long"}}', 400),
      "LM_CONTEXT_EXCEEDED",
      false,
    ],
    ["a server error", raw("<html>oops</html>", 500), "LM_SERVER_FAILED", true],
    ["an overloaded server", raw("", 503), "LM_SERVER_FAILED", true],
    ["a request timeout", raw("", 408), "LM_TIMEOUT", true],
    ["garbage", raw("<html>welcome</html>"), "LM_RESPONSE_INVALID", true],
    ["nothing", raw(""), "LM_RESPONSE_INVALID", true],
    ["half a JSON", raw(chatCompletion("hello").slice(0, 60)), "LM_RESPONSE_INVALID", true],
    ["an error under status 200", raw('{"error":{"message":"model is loading"}}'), "LM_RESPONSE_INVALID", true],
    ["no choices", raw('{"id":"x"}'), "LM_RESPONSE_INVALID", true],
    ["empty choices", raw('{"choices":[]}'), "LM_RESPONSE_INVALID", true],
    ["a choice without a message", raw('{"choices":[{"text":"old format"}]}'), "LM_RESPONSE_INVALID", true],
    ["a message without content", raw('{"choices":[{"message":{"content":null}}]}'), "LM_RESPONSE_INVALID", true],
    ["a list", raw("[]"), "LM_RESPONSE_INVALID", true],
    ["a cut connection", { type: "cut" }, "LM_TRANSPORT_FAILED", true],
    ["a connection cut in the middle of the answer", { type: "die-mid-body" }, "LM_TRANSPORT_FAILED", true],
  ])("rejects %s", async (_what, reply, code, retryable) => {
    const { provider } = await serverAnd(reply);
    const error = await failureOf(provider.complete(request, { signal: never }));
    expect({ code: error.code, retryable: error.retryable }).toEqual({ code, retryable });
    expect(error.message).toContain(code === "LM_TRANSPORT_FAILED" ? "connection" : "custom/test-model");
  });

  it("quotes what the provider said", async () => {
    const { provider } = await serverAnd(raw('{"error":{"message":"no   such\\nfield"}}', 400));
    const error = await failureOf(provider.complete(request, { signal: never }));
    expect(error.message).toContain("It said: no such field");
  });

  it("rejects a server that is not there, naming its address", async () => {
    const { server, provider } = await serverAnd({ type: "hang" });
    await server.close();
    const error = await failureOf(provider.complete(request, { signal: never }));
    expect(error.code).toBe("LM_TRANSPORT_FAILED");
    expect(error.message).toContain(new URL(server.baseUrl).origin);
  });

  it("gives the time a 429 asks for", async () => {
    const { provider } = await serverAnd({ type: "status", status: 429, headers: { "retry-after": "1.5" } });
    const error = await failureOf(provider.complete(request, { signal: never }));
    expect(error.details["retryAfterMs"]).toBe(1500);
  });

  it("ends a hung call and its socket when the signal aborts", async () => {
    const { server, provider } = await serverAnd({ type: "hang" });
    const controller = new AbortController();
    const reason = new BaseError("LM_ABORTED", "enough");
    const call = failureOf(provider.complete(request, { signal: controller.signal }));
    await expect.poll(() => server.counts.requests).toBe(1);
    controller.abort(reason);
    expect(await call).toBe(reason);
    await expect.poll(() => server.openSockets).toBe(0);
  });

  it("sends nothing for a signal that is aborted already", async () => {
    const { server, provider } = await serverAnd({ type: "answer", text: "ok" });
    const error = await failureOf(provider.complete(request, { signal: AbortSignal.abort() }));
    expect(error.code).toBe("LM_ABORTED");
    expect(server.counts.requests).toBe(0);
  });

  it("can be used again after it was closed", async () => {
    const { provider } = await serverAnd({ type: "answer", text: "ok" });
    await provider.complete(request, { signal: never });
    await provider.close?.();
    expect((await provider.complete(request, { signal: never })).completions[0]?.text).toBe("ok");
  });

  it("shows the key nowhere, not even when the server repeats it", async () => {
    const key = "sk-verysecret0123456789";
    const headerKey = "hdr-verysecret987";
    const { provider } = await serverAnd(raw(`{"error":{"message":"Incorrect key ${key} (${headerKey})"}}`, 401), {
      apiKey: key,
      headers: { "api-key": new Secret(headerKey) },
    });
    const error = await failureOf(provider.complete(request, { signal: never }));
    const shown = [
      error.message,
      error.stack,
      JSON.stringify(toErrorRecord(error)),
      inspect(error, { depth: 9, showHidden: true }),
      inspect(provider, { depth: 9, showHidden: true }),
      JSON.stringify(provider),
    ].join("\n");
    expect(shown).not.toContain("verysecret");
    expect(error.message).toContain("[redacted]");
  });

  it("refuses a base URL that is none, without repeating it", () => {
    const make = () => openaiCompatible({ baseUrl: "sk-secret", model: "m" });
    expect(make).toThrow(expect.objectContaining({ code: "LM_BASE_URL_INVALID" }));
    expect(make).not.toThrow(/sk-secret/);
  });
});
