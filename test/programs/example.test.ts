import { describe, expect, it } from "vitest";
import { completionsOf, Example, example, isPrediction, toPrediction } from "../../programs/index.ts";

describe("Example", () => {
  const row = example({ question: "q", answer: "a" }).withInputs("question");

  it("parts inputs from labels", () => {
    expect(row.inputs()).toEqual({ question: "q" });
    expect(row.labels()).toEqual({ answer: "a" });
  });

  it("serialises to its values alone", () => {
    expect(JSON.parse(JSON.stringify(row))).toEqual({ question: "q", answer: "a" });
  });

  it("equals another of the same values, whatever their order and marks", () => {
    expect(row.equals(new Example({ answer: "a", question: "q" }))).toBe(true);
    expect(row.equals(example({ question: "q", answer: "b" }))).toBe(false);
  });

  it("is not changed by what it was made of, nor by marking inputs", () => {
    const fields = { question: "q" };
    const made = example(fields);
    fields.question = "changed";
    made.withInputs("question");
    expect(made.get("question")).toBe("q");
    expect(made.inputNames).toBeUndefined();
    expect(Object.isFrozen(made.fields)).toBe(true);
  });

  it("names the nearest field where one is not there", () => {
    const untyped: Example = new Example<Record<string, unknown>>({ question: "q" });
    expect(() => untyped.get("qestion")).toThrow("Did you mean `question`?");
    expect(() => untyped.withInputs("answer")).toThrow(expect.objectContaining({ code: "EXAMPLE_INVALID" }));
  });

  it("says so where no inputs were marked", () => {
    expect(() => example({ a: 1 }).inputs()).toThrow("withInputs");
  });
});

describe("toPrediction", () => {
  it("copies outputs, and leaves a prediction as it is", () => {
    const outputs = { answer: "a" };
    const prediction = toPrediction(outputs);
    outputs.answer = "changed";
    expect(prediction).toEqual({ answer: "a" });
    expect(toPrediction(prediction)).toBe(prediction);
    expect(isPrediction(outputs)).toBe(false);
  });

  it("is its own only completion where no request made it", () => {
    const prediction = toPrediction({ answer: "a" });
    expect(completionsOf(prediction)).toEqual([prediction]);
  });
});
