import { describe, expect, it } from "vitest";
import {
  type Demo,
  enumOf,
  type LmPort,
  model,
  pipeline,
  predict,
  prepareProgram,
  program,
  react,
  retry,
  type SignatureState,
  signature,
  signatureOf,
  template,
  tool,
  twoStepAdapter,
  validate,
  withProgramState,
  withSavedProgram,
} from "../../programs/index.ts";

/** What only callers without a compiler pass. */
const none: never = JSON.parse("null") as never;
const nothing: object = JSON.parse("null");
const five: string = JSON.parse("5");

const provider: LmPort & object = Object.assign(Object.create(null), { complete: async () => nothing });

describe("values that the compiler would refuse", () => {
  it.each([
    ["a signature of a number", () => signature(five), "SIGNATURE_INVALID", "got number"],
    [
      "a signature's options",
      () => signature("q -> a", none),
      "SIGNATURE_INVALID",
      "its options as an object, got null",
    ],
    ["what is said of a field", () => signature("q -> a", { fields: { q: none } }), "SIGNATURE_INVALID", "of `q`"],
    [
      "words that are none",
      () => signature("q -> a", { fields: { q: { desc: five } } }),
      "SIGNATURE_INVALID",
      "`desc` of `q`",
    ],
    ["types that are none", () => signature("q -> a", { types: none }), "SIGNATURE_INVALID", "`types` as an object"],
    ["a type that is none", () => signature("q -> a", { types: { M: none } }), "SIGNATURE_INVALID", "`M` must be"],
    [
      "a model of nothing",
      () => signature("q -> a", { types: { M: model(none) } }),
      "SIGNATURE_INVALID",
      "`M` must be",
    ],
    ["an enum of nothing", () => enumOf(none), "SIGNATURE_INVALID", "a list or an object"],
    ["instructions", () => signature("q -> a").withInstructions(five), "SIGNATURE_INVALID", "the number 5"],
    ["a field's name", () => signature("q -> a").append("output", five), "SIGNATURE_INVALID", "got number"],
    [
      "a field's name of two words",
      () => signature("q -> a").append("output", "a b"),
      "SIGNATURE_INVALID",
      "letters, digits",
    ],
    ["a side", () => signature("q -> a").append(five as "input", "b"), "SIGNATURE_INVALID", "not 5"],
    [
      "a field's type",
      () => signature("q -> a").insert("input", 0, "b", five as "str"),
      "SIGNATURE_INVALID",
      "got number",
    ],
    ["no parts", () => signatureOf(none), "SIGNATURE_INVALID", "its parts as an object"],
    [
      "no side",
      () => signatureOf({ inputs: none, outputs: { a: "str" } }),
      "SIGNATURE_INVALID",
      "the inputs as an object",
    ],
    ["no field", () => signatureOf({ inputs: { q: none }, outputs: { a: "str" } }), "SIGNATURE_INVALID", "of `q`"],
    ["a predictor's options", () => predict("q -> a", none), "PROGRAM_MODULE_INVALID", "got null"],
    ["a pipeline's options", () => pipeline("q", none), "PIPELINE_INVALID", "got null"],
    ["no tool", () => tool(none), "PROGRAM_TOOL_INVALID", "got null"],
    ["a tool that does nothing", () => tool({ name: "a", run: none }), "PROGRAM_TOOL_INVALID", "a function `run`"],
    ["no tools", () => react("q -> a", { tools: none }), "PROGRAM_TOOL_INVALID", "a list"],
    ["no steps", () => program(none, async () => ({})), "PROGRAM_STEP_INVALID", "its steps by name"],
    ["no program", () => prepareProgram(none), "PROGRAM_STEP_INVALID", "got null"],
    ["a template of a number", () => template(five), "TEMPLATE_INVALID", "expected a text"],
    [
      "a template rendered of null",
      () => template("{{a}}").render(nothing as { a: string }),
      "TEMPLATE_VALUE_UNFIT",
      "got",
    ],
    [
      "less than no retries",
      () => retry(predict("q -> a"), { assertions: [], maxRetries: -1 }),
      "PROGRAM_MODULE_INVALID",
      "got -1",
    ],
    [
      "saved wording that is none",
      () => signature("q -> a").withState(nothing as SignatureState),
      "PROGRAM_STATE_INVALID",
      "is missing",
    ],
    [
      "a state that is none",
      () => withProgramState(predict("q -> a"), JSON.parse("null")),
      "PROGRAM_STATE_INVALID",
      "no object",
    ],
    [
      "a file that is none",
      () => withSavedProgram(predict("q -> a"), JSON.parse("null")),
      "PROGRAM_FILE_INVALID",
      "null came",
    ],
    [
      "a demonstration that is none",
      () => predict("q -> a", { demos: [nothing as Demo] }),
      "PROGRAM_MODULE_INVALID",
      "demos[0]",
    ],
    [
      "demonstrations that are no list",
      () => predict("q -> a").withDemos(JSON.parse("5")),
      "PROGRAM_MODULE_INVALID",
      "the number 5",
    ],
    [
      "options of the model that are none",
      () => predict("q -> a", { config: JSON.parse("5") }),
      "PROGRAM_MODULE_INVALID",
      "config",
    ],
    [
      "further ones that are none",
      () => predict("q -> a").withConfig(JSON.parse("5")),
      "PROGRAM_MODULE_INVALID",
      "the number 5",
    ],
    ["data held against nothing", () => validate({}, JSON.parse("null")), "SIGNATURE_INVALID", "null"],
    [
      "an extractor that is a provider",
      () => twoStepAdapter({ lm: provider }),
      "PROGRAM_MODULE_INVALID",
      "provider.complete",
    ],
    ["a pipeline of a misspelt type", () => pipeline("k: intt" as "k: int"), "SIGNATURE_INVALID", "k: intt\n     ^^^^"],
    ["a pipeline of a number", () => pipeline(five), "PIPELINE_INVALID", "the number 5"],
    ["a pipeline of a signature", () => pipeline("a ->" as "a"), "PIPELINE_INVALID", '"a ->" has a'],
  ])("fail typed: %s", (_what, make, code, message) => {
    expect(make).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });
});
