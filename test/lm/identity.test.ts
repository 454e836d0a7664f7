import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { identityText } from "../../lm/identity.ts";
import { type LmRequest, openaiCompatible, requestIdentity, Secret } from "../../lm/index.ts";
import { canonicalJson, type JsonObject, sha256 } from "../../runtime/base/index.ts";

const provider = { identity: { provider: "openai", baseUrl: "https://api.openai.com/v1", model: "m" } };

const jsonObject = fc.dictionary(fc.string(), fc.jsonValue()) as fc.Arbitrary<JsonObject>;
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const message = fc.record({
  role: fc.constantFrom("system", "user", "assistant", "tool"),
  content: fc.oneof(fc.string({ unit: "binary" }), fc.array(jsonObject, { maxLength: 2 })),
});
const options = fc.record(
  {
    temperature: fc.option(finite, { nil: undefined }),
    maxTokens: fc.nat(),
    topP: finite,
    n: fc.nat(),
    stop: fc.array(fc.string()),
    seed: fc.integer(),
    presencePenalty: finite,
    frequencyPenalty: finite,
    responseFormat: jsonObject,
    tools: fc.array(jsonObject, { maxLength: 2 }),
    extra: jsonObject,
  },
  { requiredKeys: [] },
);
// What fast-check makes is what the type says, but for `undefined` where exactOptionalPropertyTypes wants absence.
const request = fc.record(
  { messages: fc.array(message, { maxLength: 4 }), options, rolloutId: fc.nat() },
  { requiredKeys: ["messages", "options"] },
) as unknown as fc.Arbitrary<LmRequest>;

function definition(of: { readonly identity: JsonObject }, asked: LmRequest): string {
  const { messages, options, rolloutId } = asked;
  return canonicalJson({ messages, options, provider: of.identity, rolloutId });
}

/** The same request with the keys of all its objects the other way round and undefined strewn in. */
function shuffled<T>(value: T): T {
  if (Array.isArray(value)) return value.map(shuffled) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries([...entries.map(([key, item]) => [key, shuffled(item)]), ["zzUndefined", undefined]]) as T;
}

describe("requestIdentity", () => {
  it("is the hash of the canonical JSON of provider, messages, options and rollout id", () => {
    fc.assert(
      fc.property(request, (asked) => {
        expect(identityText(provider, asked)).toBe(definition(provider, asked));
        expect(requestIdentity(provider, asked)).toBe(sha256(definition(provider, asked)));
      }),
      { numRuns: 300 },
    );
  });

  it("does not depend on key order or on undefined", () => {
    fc.assert(
      fc.property(request, (asked) => {
        expect(requestIdentity(shuffled(provider), shuffled(asked))).toBe(requestIdentity(provider, asked));
      }),
    );
  });

  it("differs wherever requests differ", () => {
    fc.assert(
      fc.property(request, request, (one, other) => {
        const same = definition(provider, one) === definition(provider, other);
        expect(requestIdentity(provider, one) === requestIdentity(provider, other)).toBe(same);
      }),
    );
  });

  const base: LmRequest = { messages: [{ role: "user", content: "a" }], options: { temperature: 1 } };
  it.each<[string, LmRequest]>([
    ["a message's text", { ...base, messages: [{ role: "user", content: "b" }] }],
    ["a message's role", { ...base, messages: [{ role: "system", content: "a" }] }],
    [
      "the cut between messages",
      {
        ...base,
        messages: [
          { role: "user", content: "a" },
          { role: "user", content: "" },
        ],
      },
    ],
    ["the temperature", { ...base, options: { temperature: 0 } }],
    ["a further option", { ...base, options: { temperature: 1, extra: { top_k: 1 } } }],
    ["a tool", { ...base, options: { temperature: 1, tools: [{ type: "function" }] } }],
    ["the schema", { ...base, options: { temperature: 1, responseFormat: { type: "json_object" } } }],
    ["the rollout id", { ...base, rolloutId: 1 }],
  ])("changes with %s", (_what, changed) => {
    expect(requestIdentity(provider, changed)).not.toBe(requestIdentity(provider, base));
  });

  it("changes with the model, the base URL and the provider", () => {
    const of = (baseUrl: string, model: string, providerName: string) =>
      requestIdentity(openaiCompatible({ baseUrl, model, providerName }), base);
    const all = [
      of("http://a/v1", "m", "p"),
      of("http://b/v1", "m", "p"),
      of("http://a/v1", "n", "p"),
      of("http://a/v1", "m", "q"),
    ];
    expect(new Set(all).size).toBe(4);
  });

  it("does not change with keys, headers or the secrets of a base URL", () => {
    const of = (baseUrl: string, apiKey: string, header: string) =>
      requestIdentity(
        openaiCompatible({ baseUrl, model: "m", apiKey, headers: { "api-key": new Secret(header) } }),
        base,
      );
    const one = of("https://user:pw@host/v1/?api-version=2&key=sk-1", "sk-1", "h1");
    expect(of("https://host/v1?key=sk-2&api-version=2", "sk-2", "h2")).toBe(one);
    expect(of("https://host/v1?api-version=3", "sk-2", "h2")).not.toBe(one);
  });

  it("refuses what is not JSON", () => {
    const asked = { messages: [], options: { temperature: Number.NaN } };
    expect(() => requestIdentity(provider, asked)).toThrow(expect.objectContaining({ code: "JSON_NOT_SERIALIZABLE" }));
  });
});
