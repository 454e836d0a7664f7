import { describe, expect, it } from "vitest";
import {
  chainOfThought,
  executeProgram,
  type LmCallContext,
  predict,
  prepareProgram,
  program,
  programState,
  withProgramState,
} from "../../programs/index.ts";

const SAVED = { _dspy_lm_class: "dspy.clients.lm.LM", model: "openai/gpt-4o-mini", temperature: 0.3 };

/** Which models a program asks, and with which temperature. */
async function asked(made: Parameters<typeof prepareProgram>[0], inputs: object, settings = {}) {
  const heard: unknown[] = [];
  const lm = async ({ options }: { options: { temperature?: number } }, { model }: LmCallContext) => {
    heard.push([model, options.temperature]);
    const text = "[[ ## reasoning ## ]]\nr\n\n[[ ## b ## ]]\nx\n\n[[ ## c ## ]]\ny\n\n[[ ## completed ## ]]";
    return { completions: [{ text }], model: "m" };
  };
  await executeProgram(prepareProgram(made), inputs, { lm }, { settings });
  return heard;
}

function loaded(options = {}, lm: object = SAVED) {
  const made = chainOfThought("a -> b");
  const state = programState(made);
  const [path = ""] = Object.keys(state);
  return withProgramState(made, { ...state, [path]: { ...state[path], lm: { ...lm } } } as never, options);
}

describe("a predictor with a model of its own", () => {
  it("asks it, whatever the settings of the run say, and leaves the others to theirs", async () => {
    const two = program(
      { one: predict("a -> b", { model: "groq/llama" }), two: predict("b -> c") },
      async (given: { a: string }, steps) => steps.two(await steps.one(given)),
    );
    expect(await asked(two, { a: "1" }, { model: "openai/gpt-4o" })).toEqual([
      ["groq/llama", undefined],
      ["openai/gpt-4o", undefined],
    ]);
    expect(await asked(two, { a: "1" })).toEqual([
      ["groq/llama", undefined],
      [undefined, undefined],
    ]);
  });

  it("comes with what is known of that model", async () => {
    const capabilities: unknown[] = [];
    const own = predict("a -> b", { model: "groq/llama" });
    const lm = async () => ({ completions: [{ text: "[[ ## b ## ]]\nx" }], model: "m" });
    const capabilitiesOf = (model: unknown) => {
      capabilities.push(model);
      return {};
    };
    await executeProgram(prepareProgram(own), { a: "1" }, { lm, capabilitiesOf });
    expect(capabilities).toEqual(["groq/llama"]);
  });

  it("is saved as DSPy writes a model, and given back with undefined", () => {
    const own = predict("a -> b", { model: { providerName: "groq", modelName: "llama" } });
    expect(programState(own)["self"]?.lm).toMatchObject({ _dspy_lm_class: SAVED._dspy_lm_class, model: "groq/llama" });
    expect(programState(own.withModel(undefined))["self"]?.lm).toBeNull();
  });
});

describe("a saved file that names a model", () => {
  it("has that model asked, sampled as it says", async () => {
    expect(await asked(loaded(), { a: "1" }, { model: "groq/llama" })).toEqual([["openai/gpt-4o-mini", 0.3]]);
  });

  it.each([
    ["gpt-4o", "openai/gpt-4o"],
    ["claude-sonnet-4", "anthropic/claude-sonnet-4"],
    ["ollama_chat/llama3:8b", "ollama/llama3:8b"],
    ["together_ai/meta-llama/Llama-3", "together/meta-llama/Llama-3"],
    ["azure/own", "azure/own"],
  ])("means by %s what LiteLLM means", async (model, ours) => {
    expect(await asked(loaded({}, { model }), { a: "1" })).toEqual([[ours, undefined]]);
  });

  it("leaves the run's model where that is wanted, and keeps what the file says", async () => {
    const kept = loaded({ lm: "run" });
    expect(await asked(kept, { a: "1" }, { model: "groq/llama" })).toEqual([["groq/llama", 0.3]]);
    expect(Object.values(programState(kept))[0]?.lm).toEqual(SAVED);
  });

  it("has the model that a function answers for its name", async () => {
    const lm = (name: string) => (name === "openai/gpt-4o-mini" ? "openrouter/openai/gpt-4o-mini" : undefined);
    expect(await asked(loaded({ lm }), { a: "1" })).toEqual([["openrouter/openai/gpt-4o-mini", 0.3]]);
    expect(await asked(loaded({ lm }, { model: "x/y" }), { a: "1" })).toEqual([[undefined, undefined]]);
  });
});
