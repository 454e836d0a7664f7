import { describe, expect, it } from "vitest";
import { type Call, executeProgram, Module, predict, prepareProgram, withPredictors } from "../../programs/index.ts";

class Counting extends Module<{ q: string }, { a: string }> {
  readonly answer = predict("q -> a");
  #asked = 0;

  override async forward(inputs: { q: string }, call: Call): Promise<{ a: string }> {
    if (++this.#asked > 100) throw new Error("asked too often");
    return call.run(this.answer, inputs);
  }
}

class Private extends Module<{ q: string }, { a: string }> {
  readonly answer = predict("q -> a");

  override forward(inputs: { q: string }, call: Call): Promise<{ a: string }> {
    return this.#ask(inputs, call);
  }

  #ask(inputs: { q: string }, call: Call): Promise<{ a: string }> {
    return call.run(this.answer, inputs);
  }
}

class TypeScriptPrivate extends Module<{ q: string }, { a: string }> {
  private asked = 0;
  readonly answer = predict("q -> a");

  override async forward(inputs: { q: string }, call: Call): Promise<{ a: string }> {
    if (++this.asked > 100) throw new Error("asked too often");
    return call.run(this.answer, inputs);
  }
}

const ports = { lm: async () => ({ completions: [{ text: "[[ ## a ## ]]\nx" }], model: "m" }) };

function run(made: Module<{ q: string }, { a: string }>): Promise<object> {
  return executeProgram(prepareProgram(made), { q: "1" }, ports);
}

describe("a module that keeps something in #private", () => {
  it.each([
    ["a field", new Counting()],
    ["a method", new Private()],
  ])("runs as it is, and says in a changed copy what to do: %s", async (_, made) => {
    expect(await run(made)).toMatchObject({ a: "x" });
    const copy = withPredictors(made, (_path, predictor) => predictor.withInstructions("New."));
    await expect(run(copy)).rejects.toMatchObject({
      code: "PROGRAM_PRIVATE_MISSING",
      message: expect.stringContaining("Keep it in an ordinary property"),
      details: { path: "self", moduleName: made.constructor.name },
    });
  });

  it("copies what is private to TypeScript alone", async () => {
    const copy = withPredictors(new TypeScriptPrivate(), (_path, predictor) => predictor.withInstructions("New."));
    expect(await run(copy)).toMatchObject({ a: "x" });
  });
});
