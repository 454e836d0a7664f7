import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Call,
  createRuntime,
  Module,
  predict,
  savedProgramText,
  type Tool,
  tool,
  withPredictors,
} from "../../index.ts";
import { scriptedLm } from "../../testing/index.ts";

class Searching extends Module<{ question: string }, { answer: string }> {
  readonly tools: readonly Tool[];
  readonly step = predict("question -> answer");

  constructor(tools: readonly Tool[]) {
    super();
    this.tools = tools;
  }

  override forward({ question }: { question: string }, call: Call): Promise<{ answer: string }> {
    return call.run(this.step, { question });
  }
}

const search = tool({ name: "search", run: () => "found" });
const taught = withPredictors(new Searching([search]), (_, each) =>
  each.withInstructions("Be brief.").withDemos([{ question: "1+1?", answer: "2" }]),
);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dspex-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe("runtime.programs", () => {
  it("saves a program, and after a restart loads it by its id and runs it", async () => {
    {
      await using runtime = await createRuntime({ store: folder });
      await runtime.programs.save(taught, { programId: "searching" });
    }
    const lm = scriptedLm(["[[ ## answer ## ]]\nParis"]);
    await using runtime = await createRuntime({ store: folder, lm });
    const loaded = await runtime.programs.load("searching", {
      classes: { Searching: ({ tools }) => new Searching(tools) },
      tools: [search],
    });
    expect(loaded.tools).toEqual([search]);
    expect(savedProgramText(loaded)).toBe(savedProgramText(taught));
    const running = await runtime.spawnProgram(loaded);
    expect(await running.run({ question: "Where?" })).toEqual({ answer: "Paris" });
  });

  it("loads into a program as it was before", async () => {
    await using runtime = await createRuntime();
    const { programId } = await runtime.programs.save(taught);
    const loaded = await runtime.programs.load(programId, { program: new Searching([search]) });
    expect(loaded.step.demos).toHaveLength(1);
  });

  it("replaces what was saved under the same id, and lists what there is", async () => {
    await using runtime = await createRuntime();
    await runtime.programs.save(predict("a -> b"), { programId: "one" });
    await runtime.programs.save(predict("a -> b", { instructions: "New." }), { programId: "one" });
    await runtime.programs.save(predict("a -> b"), { programId: "two" });
    expect((await runtime.programs.list()).map(({ programId }) => programId)).toEqual(["one", "two"]);
    const loaded = await runtime.programs.load("one", { program: predict("a -> b") });
    expect(loaded.signature.instructions).toBe("New.");
  });

  it("refuses ids, classes and tools that are not there", async () => {
    await using runtime = await createRuntime();
    await runtime.programs.save(taught, { programId: "searching" });
    await expect(runtime.programs.load("serching", { program: taught })).rejects.toMatchObject({
      code: "PROGRAM_UNKNOWN",
      details: { nearest: "searching" },
    });
    await expect(runtime.programs.load("searching", { program: predict("a -> b") })).rejects.toMatchObject({
      code: "PROGRAM_CLASS_UNKNOWN",
    });
    await expect(runtime.programs.load("searching", { classes: {} })).rejects.toMatchObject({
      code: "PROGRAM_CLASS_UNKNOWN",
    });
    const classes = { Searching: () => taught };
    await expect(runtime.programs.load("searching", { classes })).rejects.toMatchObject({
      code: "PROGRAM_TOOL_MISSING",
      details: { toolName: "search" },
    });
    await expect(runtime.programs.save(taught, { programId: "no id" })).rejects.toMatchObject({
      code: "STORE_RECORD_INVALID",
    });
  });

  it("says what to give where nothing is given to load into", async () => {
    await using runtime = await createRuntime();
    await runtime.programs.save(predict("a -> b"), { programId: "qa" });
    const expected = { code: "PROGRAM_CLASS_UNKNOWN", message: expect.stringContaining("{ program: … }") };
    // As JavaScript calls it, which knows no types.
    const load = (into: unknown): Promise<unknown> => Reflect.apply(runtime.programs.load, undefined, ["qa", into]);
    for (const into of [undefined, null, {}, { program: undefined }, { classes: 3 }])
      await expect(load(into)).rejects.toMatchObject(expected);
    await expect(load({ classes: { Predict: 3 } })).rejects.toMatchObject({ code: "PROGRAM_CLASS_UNKNOWN" });
  });
});
