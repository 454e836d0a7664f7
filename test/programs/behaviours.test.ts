// What DSPy's own suite pins of signatures, types and state, in our words; each case stands for one of its tests.
// Knows no recorded case.
import { describe, expect, it } from "vitest";
import {
  chatAdapter,
  enumOf,
  inferPrefix,
  jsonAdapter,
  predict,
  programState,
  savedProgramText,
  signature,
  typeName,
  withProgramState,
  withSavedProgram,
  xmlAdapter,
} from "../../programs/index.ts";

describe("types", () => {
  it("takes an enum's value before another member's name", () => {
    const types = { Status: enumOf({ PENDING: "pending", OPEN: "PENDING", CLOSED: "closed" }) };
    for (const compat of [undefined, "dspy-3.3.1"] as const) {
      const read = (text: string): unknown =>
        chatAdapter.prepare(signature("q -> s: Status", { types }), [], compat).parse(`[[ ## s ## ]]\n${text}`)["s"];
      expect(read("PENDING")).toBe("PENDING");
      expect(read("pending")).toBe("pending");
      expect(read("CLOSED")).toBe("closed");
    }
  });

  it("shows an enum of an input by its value", () => {
    const types = { Status: enumOf({ OPEN: "in progress" }) };
    const [, user] = chatAdapter
      .prepare(signature("s: Status -> a", { types }), [], undefined)
      .format({ s: "in progress" });
    expect(String(user?.content)).toContain("[[ ## s ## ]]\nin progress");
  });

  it("reads nested generics out of a string", () => {
    const made = signature(
      "q: dict[str, list[Optional[tuple[int, str]]]] -> a: Union[list[dict[str, Any]], str, None]",
    );
    expect(made.fields.map(({ type }) => typeName(type))).toEqual([
      "dict[str, list[Union[tuple[int, str], NoneType]]]",
      "Union[list[dict[str, Any]], str, NoneType]",
    ]);
  });

  it.each(["value -> value", "a, b -> c, a"])("wants distinct names on both sides of %s", (text: string) => {
    expect(() => signature(text)).toThrow("is there twice");
  });
});

describe("outputs that do not come", () => {
  const made = signature("q -> a, b: Optional[int], c: list[str] = ['x']");
  const answers = [
    [chatAdapter, "[[ ## a ## ]]\nyes"],
    [jsonAdapter, '{"a": "yes"}'],
    [xmlAdapter, "<a>yes</a>"],
  ] as const;

  it("take their default, or None where the type admits it", () => {
    for (const [adapter, text] of answers) {
      expect(adapter.prepare(made, [], undefined).parse(text)).toEqual({ a: "yes", b: null, c: ["x"] });
    }
  });

  it("give way to what the model says", () => {
    const text = '{"a": "yes", "b": 2, "c": ["said"]}';
    expect(jsonAdapter.prepare(made, [], undefined).parse(text)).toEqual({ a: "yes", b: 2, c: ["said"] });
  });
});

describe("state", () => {
  it("is put into a copy; the signature stays as it was", () => {
    const made = signature("q -> a", { instructions: "Old." });
    const changed = made.withState({ ...made.state(), instructions: "New." });
    expect([made.instructions, changed.instructions]).toEqual(["Old.", "New."]);
  });

  it("keeps a saved model's state to the letter, but for where it could send prompts", () => {
    const lm = {
      _dspy_lm_class: "dspy.clients.lm.LM",
      model: "openai/gpt-4o-mini",
      model_type: "chat",
      cache: true,
      num_retries: 10,
      temperature: 1,
      max_tokens: 10,
      top_p: 0.5,
      finetuning_model: null,
      launch_kwargs: { temperature: 0.9 },
      train_kwargs: { temperature: 0.9 },
    };
    const entry = programState(predict("q -> a"))["self"];
    const warned: string[] = [];
    const unsafe = { ...lm, api_base: "http://x", base_url: "http://y", model_list: [] };
    const loaded = withProgramState(
      predict("q -> a"),
      { self: { ...entry, lm: unsafe } },
      { warn: (m) => warned.push(m) },
    );
    expect(programState(loaded)["self"]?.lm).toEqual(lm);
    expect(warned).toHaveLength(1);
    expect(loaded.config).toEqual({ temperature: 1, maxTokens: 10, topP: 0.5 });
  });

  it("holds nested demonstrations, and reads them back as plain records", () => {
    const demos = [{ q: "1", a: { deep: [{ x: 1 }, null] }, augmented: true }];
    const loaded = withSavedProgram(predict("q -> a: Any"), savedProgramText(predict("q -> a: Any", { demos })));
    expect(loaded.demos).toEqual(demos);
  });
});

describe("inferPrefix", () => {
  it.each([
    ["someAttributeName42IsCool", "Some Attribute Name 42 Is Cool"],
    ["version2Update", "Version 2 Update"],
    ["modelT45Enhanced", "Model T 45 Enhanced"],
    ["someAttributeName", "Some Attribute Name"],
    ["some_attribute_name", "Some Attribute Name"],
    ["URLAddress", "URL Address"],
    ["isHTTPSSecure123", "Is HTTPS Secure 123"],
    ["isHTTPSSSecure123", "Is HTTPSS Secure 123"],
  ])("words %s", (name, prefix) => {
    expect(inferPrefix(name)).toBe(prefix);
  });
});
