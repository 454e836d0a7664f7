import { describe, expect, it } from "vitest";
import { chainOfThought, ensemble, predict, program, programState } from "../../../programs/index.ts";
import { run } from "../scripted-program.ts";
import { answering, promptOf } from "./answering.ts";

const said = (word: string) => predict("question -> answer", { instructions: `Say ${word}.` });
const ports = () =>
  answering((request) => {
    const word = /Say (\w+)\./.exec(promptOf(request))?.[1] ?? "";
    if (word === "fail") throw new Error("failed");
    return { answer: word };
  });

describe("ensemble", () => {
  it("answers what most of its programs say, each asked once", async () => {
    const asked = ports();
    const three = ensemble([said("no"), said("yes"), said("yes")]);
    expect(await run(three, { question: "q" }, asked)).toEqual({ answer: "yes" });
    expect(asked.requests).toHaveLength(3);
  });

  it("makes one answer of all in the order of the programs, as it is told", async () => {
    const joined = ensemble([said("a"), said("b")], {
      reduce: (all) => ({ answer: all.map(({ answer }) => answer).join("") }),
    });
    expect(await run(joined, { question: "q" }, ports())).toEqual({ answer: "ab" });
  });

  it("draws some of its programs, the same for the same inputs", async () => {
    const all = ["a", "b", "c", "d", "e", "f"].map(said);
    const drawn = async (question: string, seed = 0) => {
      const asked = ports();
      await run(ensemble(all, { size: 2, seed }), { question }, asked);
      return asked.requests.map((request) => /Say (\w+)\./.exec(promptOf(request))?.[1]).join("");
    };
    expect(await drawn("q")).toHaveLength(2);
    expect(await drawn("q")).toBe(await drawn("q"));
    const draws = await Promise.all(Array.from({ length: 12 }, (_, n) => drawn(`q${n}`)));
    expect(new Set(draws).size).toBeGreaterThan(1);
    const seeded = await Promise.all(Array.from({ length: 12 }, (_, seed) => drawn("q", seed)));
    expect(new Set(seeded).size).toBeGreaterThan(1);
  });

  it("fails with what one of its programs fails with", async () => {
    await expect(run(ensemble([said("a"), said("fail")]), { question: "q" }, ports())).rejects.toThrow("failed");
  });

  it("is made of programs of one kind, and keeps DSPy's parameter paths", () => {
    const reasoned = program(
      { step: chainOfThought("question -> answer") },
      async (inputs: { question: string }, { step }) => {
        const { answer } = await step(inputs);
        return { answer };
      },
    );
    expect(Object.keys(programState(ensemble([said("a"), reasoned])))).toEqual([
      "programs[0]",
      "programs[1].step.predict",
    ]);
    // @ts-expect-error: programs of other inputs.
    ensemble([said("a"), predict("text -> answer")]);
    for (const make of [() => ensemble([]), () => ensemble([said("a")], { size: 2 })]) {
      expect(make).toThrow(expect.objectContaining({ code: "PROGRAM_MODULE_INVALID" }));
    }
  });
});
