import { describe, expect, it } from "vitest";
import { pipeline, predict, retry, signature, template } from "../../programs/index.ts";

/** What only callers without a compiler pass. */
const nothing: object = JSON.parse("null");
const five: string = JSON.parse("5");

describe("values that the compiler would refuse", () => {
  it.each([
    ["a signature of a number", () => signature(five), "SIGNATURE_INVALID", "got number"],
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
    ["a pipeline of a signature", () => pipeline("a ->" as "a"), "PIPELINE_INVALID", '"a ->" has a'],
  ])("fail typed: %s", (_what, make, code, message) => {
    expect(make).toThrow(expect.objectContaining({ code, message: expect.stringContaining(message) }));
  });
});
