import { describe, expect, it } from "vitest";
import { replayFlow } from "../../../cli/parity/flow.ts";
import { loadSignature } from "../../../cli/parity/signatures.ts";
import { chatOnlyAdapter } from "../../../programs/index.ts";

const signature = {
  instructions: "Do it.",
  inputs: [{ name: "q", type: "str" }],
  outputs: [{ name: "a", type: "str" }],
};
const messages = chatOnlyAdapter.prepare(loadSignature(signature), [], "dspy-3.3.1").format({ q: "x" });

/** Replays a call that is given `config` and is said to ask with `kwargs`. */
const replayed = (config: Record<string, unknown>, kwargs: object) =>
  replayFlow({
    module: { type: "Predict", signature },
    adapter: { type: "chat", useJsonFallback: false },
    lm: {
      supportedParams: [],
      responseSchema: false,
      functionCalling: false,
      reasoning: false,
      defaults: { temperature: 0.5 },
      replies: ["[[ ## a ## ]]\nx"],
    },
    inputs: { q: "x" },
    config,
    expected: { prediction: { a: "x" }, requests: [{ messages, kwargs }], unusedReplies: 0 },
  });

describe("replayFlow", () => {
  it("leaves out the Nones that DSPy leaves out, and sends those that it sends", async () => {
    const config = { temperature: null, foo: null, stop: null, n: null, rollout_id: null, seed: null, max_tokens: 5 };
    expect(await replayed(config, { foo: null, seed: null, max_tokens: 5 })).toEqual({ status: "equal" });
    expect(await replayed(config, {})).toMatchObject({ status: "different" });
  });
});
