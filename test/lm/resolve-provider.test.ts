import { describe, expect, it } from "vitest";
import { knownProviders, resolveProvider } from "../../lm/index.ts";

describe("resolveProvider", () => {
  it.each([
    ["openai/gpt-4o-mini", { OPENAI_API_KEY: "k" }, "https://api.openai.com/v1", "gpt-4o-mini"],
    [
      "openai/gpt-4o-mini",
      { OPENAI_API_KEY: "k", OPENAI_BASE_URL: "http://proxy/v1/" },
      "http://proxy/v1",
      "gpt-4o-mini",
    ],
    ["ollama/llama3", {}, "http://localhost:11434/v1", "llama3"],
    ["ollama/llama3", { OLLAMA_HOST: "0.0.0.0" }, "http://127.0.0.1:11434/v1", "llama3"],
    ["ollama/llama3", { OLLAMA_HOST: "box:9999" }, "http://box:9999/v1", "llama3"],
    ["ollama/llama3", { OLLAMA_HOST: "http://box:80" }, "http://box/v1", "llama3"],
    ["ollama/llama3", { OLLAMA_HOST: "https://box/sub/" }, "https://box/sub/v1", "llama3"],
    ["groq/llama-3.1-8b-instant", { GROQ_API_KEY: "k" }, "https://api.groq.com/openai/v1", "llama-3.1-8b-instant"],
    ["together/meta/llama", { TOGETHERAI_API_KEY: "k" }, "https://api.together.xyz/v1", "meta/llama"],
    ["vllm/m", {}, "http://localhost:8000/v1", "m"],
  ])("reads %s with %j", (name, env, baseUrl, model) => {
    const provider = resolveProvider(name, { env });
    expect(provider.identity).toEqual({ provider: name.split("/")[0], baseUrl, model });
    expect(provider.modelName).toBe(model);
  });

  it("prefers what is passed to the environment", () => {
    const provider = resolveProvider("openai/m", {
      env: { OPENAI_BASE_URL: "http://env/v1" },
      baseUrl: "http://given/v1",
      apiKey: "k",
    });
    expect(provider.identity["baseUrl"]).toBe("http://given/v1");
  });

  it("names the nearest provider and all of them", () => {
    expect(() => resolveProvider("opnai/gpt", { env: {} })).toThrow(
      expect.objectContaining({
        code: "LM_PROVIDER_UNKNOWN",
        message: expect.stringMatching(/"openai\/…"\?.*openai, ollama/),
      }),
    );
  });

  it.each(["gpt-4o", "openai", "openai/", "constructor/x"])("does not take %s for a model", (name) => {
    expect(() => resolveProvider(name, { env: { OPENAI_API_KEY: "k" } })).toThrow(
      expect.objectContaining({ code: "LM_PROVIDER_UNKNOWN" }),
    );
  });

  it("names the variable of a missing key", () => {
    expect(() => resolveProvider("openrouter/x", { env: { OPENROUTER_API_KEY: " " } })).toThrow(
      expect.objectContaining({ code: "LM_KEY_MISSING", message: expect.stringContaining("OPENROUTER_API_KEY") }),
    );
  });

  it("needs a key for each service that is not on this machine", () => {
    const keyless = knownProviders().filter((name) => {
      try {
        resolveProvider(`${name}/m`, { env: {} });
        return true;
      } catch {
        // Refused for want of a key, which is what is counted.
        return false;
      }
    });
    expect(keyless).toEqual(["ollama", "lmstudio", "vllm", "llamacpp"]);
  });
});
