import { describe, expect, it } from "vitest";
import { Module, predict, react, savedProgramText, tool, withSavedProgram } from "../../programs/index.ts";
import { problem } from "./load-problem.ts";

describe("what a file says of a model and of tools", () => {
  const entry = (change: object): string =>
    JSON.stringify({ ...JSON.parse(savedProgramText(predict("a -> b"), { format: "dspy" })), ...change });
  const section = (change: object): string =>
    entry({ dspex: { version: 1, program: "Predict", predictors: {}, ...change } });
  const self = (change: object): string =>
    section({
      predictors: {
        self: {
          fields: [
            { name: "a", type: "str" },
            { name: "b", type: "str" },
          ],
          ...change,
        },
      },
    });
  const lm = (options: object): string => entry({ lm: { model: "openai/gpt-4o", ...options } });

  it.each([
    [lm({ model: "" }), "does not say its `model`"],
    [lm({ temperature: "hot" }), '`lm.temperature` is "hot"; expected a number from 0'],
    [lm({ temperature: -0.1 }), "`lm.temperature` is -0.1; expected a number from 0"],
    [lm({ top_p: 2 }), "`lm.top_p` is 2; expected a number from 0 to 1"],
    [lm({ n: -5 }), "`lm.n` is -5; expected an integer from 1"],
    [lm({ max_tokens: -1 }), "`lm.max_tokens` is -1; expected an integer from 1"],
    [lm({ max_completion_tokens: "9" }), '`lm.max_completion_tokens` is "9"; expected an integer from 1'],
    [lm({ stop: 5 }), "`lm.stop` is 5; expected a list of texts"],
    [lm({ seed: 0.5 }), "`lm.seed` is 0.5; expected an integer"],
    [lm({ rollout_id: "x" }), '`lm.rollout_id` is "x"; expected an integer or null'],
    [lm({ messages: [{ role: "user", content: "Other." }] }), "`lm` has `messages`, which no file may set"],
    [lm({ systemInstruction: "Other." }), "`lm` has `systemInstruction`, which no file may set"],
    [lm({ response_format: {} }), "`lm` has `response_format`, which no file may set"],
    [self({ config: { temperature: "hot" } }), '`config.temperature` is "hot"; expected a number from 0'],
    [self({ config: { nope: 1 } }), "`config.nope` is no option: temperature, "],
    [self({ config: { extra: 3 } }), "`config.extra` is 3; expected an object"],
    [self({ config: { extra: { messages: [] } } }), "`config.extra` has `messages`, which no file may set"],
    [self({ config: { extra: { model: "x" } } }), "`config.extra` has `model`, which no file may set"],
    [self({ config: { extra: { extra_headers: {} } } }), "`config.extra` has `extra_headers`, which no file may set"],
    [self({ config: { extra: { stream: true } } }), "`config.extra` has `stream`, which no file may set"],
    [self({ config: { extra: { n: 0 } } }), "`config.extra.n` is 0; expected an integer from 1"],
    [self({ config: { tools: [3] } }), "`config.tools` is [3]; expected a list of objects"],
    [self({ rolloutId: 0.5 }), "`rolloutId` is 0.5; expected an integer or null"],
  ])("refuses what a file may not say of a model: %#", (text, words) => {
    const expected = { code: "PROGRAM_STATE_INVALID", message: expect.stringContaining(words) };
    expect(problem(text)).toMatchObject(expected);
    expect(() => withSavedProgram(predict("a -> b"), text, { lm: "run" })).toThrow(expect.objectContaining(expected));
  });

  it("reads how DSPy sampled, and passes over where and with which keys it called", () => {
    const dropped: string[] = [];
    const text = lm({
      model_type: "chat",
      cache: false,
      num_retries: 9,
      temperature: 0.7,
      max_tokens: 100,
      api_base: "http://h",
      api_version: "v",
      extra_headers: { x: "1" },
      headers: { y: "2" },
      timeout: 3,
      stop: "x",
      seed: 4,
      rollout_id: 2,
      reasoning_effort: "low",
      extra_body: { messages: [] },
      drop_params: true,
      azure_ad_token: "s",
      stream: true,
      finetuning_model: null,
      launch_kwargs: {},
      train_kwargs: {},
      use_developer_role: true,
    }).replace('"temperature":0.7', '"temperature":1.0');
    const loaded = withSavedProgram(predict("a -> b"), text, { warn: (message) => dropped.push(message) });
    expect(loaded.config).toEqual({
      temperature: 1,
      maxTokens: 100,
      stop: ["x"],
      seed: 4,
      extra: { reasoning_effort: "low" },
    });
    expect(loaded.rolloutId).toBe(2);
    expect(dropped).toEqual([
      "`self`: api_base, api_version, extra_headers, headers, timeout, extra_body, drop_params, azure_ad_token, stream of the saved model openai/gpt-4o are passed over.",
    ]);
    const again = savedProgramText(loaded);
    expect(again).not.toMatch(/azure_ad_token|headers|http:/);
    expect(withSavedProgram(predict("a -> b"), again).config).toEqual(loaded.config);
  });

  it("loads every option that it saves, and does not save what it would not load", () => {
    const config = {
      temperature: 0,
      maxTokens: 5,
      topP: 1,
      n: 2,
      stop: ["."],
      seed: -1,
      presencePenalty: -0.5,
      frequencyPenalty: 0.5,
      responseFormat: { type: "json_object" },
      tools: [{ type: "function" }],
      extra: { top_k: 3, tool_choice: "auto" },
    };
    expect(withSavedProgram(predict("a -> b"), savedProgramText(predict("a -> b", { config }))).config).toEqual(config);
    const secret = predict("a -> b", { config: { extra: { api_key: "k" } } });
    expect(() => savedProgramText(secret)).toThrow(expect.objectContaining({ code: "PROGRAM_STATE_INVALID" }));
  });

  it("says which tools an agent was saved with, and which it has", () => {
    const search = tool({ name: "search", run: () => 1 });
    const other = tool({ name: "other", run: () => 1 });
    const saved = savedProgramText(react("q -> a", { tools: [search] }));
    const words = "The file was saved with `search`; the program has `search`, `other`.";
    expect(problem(saved, react("q -> a", { tools: [search, other] }) as Module)).toMatchObject({
      code: "PROGRAM_STATE_INVALID",
      message: expect.stringContaining(words),
    });
    const both = savedProgramText(react("q -> a", { tools: [search, other] }));
    expect(problem(both, react("q -> a", { tools: [other, search] }) as Module)).toMatchObject({
      message: expect.stringContaining("in this order"),
    });
    expect(problem(both, react("q -> a", { tools: [search, other] }) as Module)).toBeInstanceOf(Module);
  });
});
