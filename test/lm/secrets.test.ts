import { inspect } from "node:util";
import { afterEach, describe, expect, it } from "vitest";
import { LmPool, resolveProvider, Secret } from "../../lm/index.ts";
import { toErrorRecord } from "../../runtime/base/index.ts";
import { type OpenaiServer, type ServerReply, startOpenaiServer } from "../support/openai-server.ts";
import { asking } from "./pool-fixture.ts";

const KEY = "sk-proj-THEKEY0123456789";
let server: OpenaiServer | undefined;

afterEach(async () => server?.close());

describe("Secret", () => {
  it("shows itself to nobody who does not ask", () => {
    const secret = new Secret(KEY);
    const shown = [
      `${secret}`,
      String(secret),
      JSON.stringify({ secret }),
      inspect(secret, { showHidden: true }),
      inspect([secret]),
    ];
    expect(shown.join()).not.toContain("THEKEY");
    expect(secret.reveal()).toBe(KEY);
  });

  it("is taken out of texts, and an empty one out of none", () => {
    expect(new Secret(KEY).redactFrom(`a ${KEY} b ${KEY}`)).toBe("a [redacted] b [redacted]");
    expect(new Secret("").redactFrom("abc")).toBe("abc");
    expect(new Secret('a"b').redactFrom(JSON.stringify({ said: 'a"b' }))).toBe('{"said":"[redacted]"}');
  });
});

describe("an API key", () => {
  it.each<[string, ServerReply]>([
    ["answers", { type: "answer", text: "ok" }],
    ["refuses it and repeats it", { type: "status", status: 401, body: `{"error":{"message":"Bad key: ${KEY}"}}` }],
    ["fails and repeats all headers", { type: "status", status: 500, body: `Headers: authorization: Bearer ${KEY}` }],
    ["sends it in place of an answer", { type: "status", status: 200, body: `"${KEY}"` }],
    ["sends it in what is no JSON", { type: "status", status: 200, body: `{"key": ${KEY}}` }],
    ["cuts the connection", { type: "cut" }],
  ])("reaches the server and nothing else when it %s", async (_what, reply) => {
    server = await startOpenaiServer({ reply: () => reply });
    const kept: unknown[] = [];
    const tier = {
      get: async () => undefined,
      set: async (...args: unknown[]) => kept.push(args),
      delete: async () => true,
    };
    const events: unknown[] = [];
    const provider = resolveProvider("openai/gpt-4o-mini", { env: { OPENAI_API_KEY: KEY }, baseUrl: server.baseUrl });
    const pool = new LmPool({
      provider,
      ownsProvider: true,
      retries: { maxAttempts: 2, baseMs: 0 },
      cache: { secondTier: tier },
      events: { has: () => true, emit: (...event) => events.push(event) },
    });
    const ended = await pool
      .complete(asking("q"))
      .catch((error: unknown) => [toErrorRecord(error), inspect(error, { depth: 9 })]);
    pool.close();
    const everything = [ended, events, kept, provider, provider.identity, pool, pool.status];
    expect(JSON.stringify(everything) + inspect(everything, { depth: 12, showHidden: true })).not.toContain("THEKEY");
    expect(server.seen[0]?.headers["authorization"]).toBe(`Bearer ${KEY}`);
  });
});
