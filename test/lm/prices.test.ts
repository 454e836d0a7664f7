import { describe, expect, it } from "vitest";
import { costOf, priceOf } from "../../lm/index.ts";
import { SNAPSHOTS } from "../../lm/price-table.ts";

describe("priceOf", () => {
  it("knows a model and the dated snapshots that cost the same", () => {
    expect(priceOf("openai/gpt-4o-mini")).toMatchObject({ inputPerMillion: 0.15, outputPerMillion: 0.6 });
    expect(priceOf("openai/gpt-4o-mini-2024-07-18")).toEqual(priceOf("openai/gpt-4o-mini"));
    for (const [snapshot, family] of Object.entries(SNAPSHOTS["openai"] ?? {})) {
      expect(priceOf(`openai/${snapshot}`)).toEqual(priceOf(`openai/${family}`));
      expect(priceOf(`openai/${snapshot}`)).not.toBe("unknown");
      expect(snapshot.startsWith(`${family}-`)).toBe(true);
    }
  });

  it("does not know a snapshot that costs something else, or that nobody has looked up", () => {
    for (const model of ["gpt-4o-2024-05-13", "gpt-4o-mini-2099-01-01", "gpt-3.5-turbo-1106", "gpt-4o-2024-08-06-x"]) {
      expect(priceOf(`openai/${model}`)).toBe("unknown");
    }
    expect(priceOf("groq/gpt-4o-2024-08-06")).toBe("unknown");
  });

  it("says unknown, never 0, for what it does not know", () => {
    for (const model of ["openai/gpt-99", "nobody/m", "gpt-4o", "openai/constructor", "__proto__/x"]) {
      expect(priceOf(model)).toBe("unknown");
    }
  });

  it("knows that local models are free", () => {
    expect(costOf(priceOf("ollama/llama3"), undefined)).toBe(0);
    expect(costOf(priceOf("local/in-context"), undefined)).toBe(0);
  });

  it("prefers the caller's own prices", () => {
    expect(priceOf("openai/gpt-4o", { "openai/gpt-4o": { inputPerMillion: 1, outputPerMillion: 1 } })).toMatchObject({
      inputPerMillion: 1,
    });
  });
});

describe("costOf", () => {
  const price = { inputPerMillion: 2, cachedInputPerMillion: 1, outputPerMillion: 10 };

  it("charges input, cached input and output", () => {
    expect(costOf(price, { inputTokens: 1_000_000, cachedInputTokens: 500_000, outputTokens: 100_000 })).toBeCloseTo(
      2.5,
    );
  });

  it("charges cached input as input where no other price is known", () => {
    expect(
      costOf(
        { inputPerMillion: 2, outputPerMillion: 0 },
        { inputTokens: 1_000_000, cachedInputTokens: 1_000_000, outputTokens: 0 },
      ),
    ).toBeCloseTo(2);
  });

  it("is unknown without a price or without a usage", () => {
    expect(costOf("unknown", { inputTokens: 1, outputTokens: 1 })).toBe("unknown");
    expect(costOf(price, undefined)).toBe("unknown");
  });
});
