import { describe, expect, it } from "vitest";
import { type Module, predict } from "../../programs/index.ts";
import { Hinted, run, scripted } from "./scripted-program.ts";

describe("the inputs of a module", () => {
  it("says what a misspelt input was meant to be, rather than that one is missing", async () => {
    const inputs: object = { questoin: "hi" };
    const asked = run(
      predict("context: Optional[str], question -> answer") as Module<object, object>,
      inputs,
      scripted(),
    );
    await expect(asked).rejects.toMatchObject({
      code: "PROGRAM_INPUT_INVALID",
      message: expect.stringContaining("Did you mean `question`?"),
    });
  });

  it.each([
    [null, "null"],
    [undefined, "undefined"],
    ["hi", "a string"],
    [["hi"], "an array"],
  ])("refuses %j for inputs, in any module and under compat too", async (inputs, found) => {
    const wanted = { code: "PROGRAM_INPUT_INVALID", message: expect.stringContaining(`given ${found}.`) };
    // No caller that the compiler sees can pass these.
    const wrong = inputs as unknown as { question: string };
    await expect(run(predict("question -> answer"), wrong, scripted())).rejects.toMatchObject(wanted);
    const settings = { compat: "dspy-3.3.1" } as const;
    await expect(run(new Hinted(), wrong, scripted(), { settings })).rejects.toMatchObject(wanted);
  });
});
