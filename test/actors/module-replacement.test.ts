import { describe, expect, it } from "vitest";
import { chainOfThought, createRuntime, errorCode, Module, predict, program, programHash } from "../../index.ts";
import { type ScriptedAnswer, scriptedLm } from "../../testing/index.ts";
import { answerFor, askedBy, Nested } from "./nested-program.ts";
import { rejection, until } from "./waiting.ts";

/** A pure module that says which one it is, and waits where it is told to. */
class Stamp extends Module<{ text: string }, { text: string }> {
  readonly mark: string;
  readonly gate: Promise<void> | undefined;

  constructor(mark: string, gate?: Promise<void>) {
    super();
    this.mark = mark;
    this.gate = gate;
  }

  override async forward({ text }: { text: string }): Promise<{ text: string }> {
    await this.gate;
    return { text: `${text}${this.mark}` };
  }
}

const twoStamps = (first: Stamp, second: Stamp) =>
  program({ first, second }, async ({ text }: { text: string }, steps) => steps.second(await steps.first({ text })));

const lm = () => scriptedLm(({ messages }): ScriptedAnswer => answerFor(askedBy(JSON.stringify(messages))));

describe("ProgramHandle.replace", () => {
  it("lets calls under way finish with the old module and begins new ones with the new", async () => {
    await using runtime = await createRuntime({ lm: lm() });
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const handle = await runtime.spawnProgram(twoStamps(new Stamp("a", gate), new Stamp("b")));
    const [first, second] = [handle.actorOf("first"), handle.actorOf("second")];
    const under = handle.run({ text: "" });
    await until("it is under way", () => runtime.system.tree().length > 0 && first?.isAlive === true);
    // The first module of the call is at work, the second has yet to be asked: both are of the version it began with.
    await Promise.all([handle.replace("first", new Stamp("A")), handle.replace("second", new Stamp("B"))]);
    expect(await handle.run({ text: "" })).toEqual({ text: "AB" });
    open();
    expect(await under).toEqual({ text: "ab" });
    expect([handle.actorOf("first"), handle.actorOf("second")]).toEqual([first, second]);
  });

  it("drops no call while modules are replaced again and again", async () => {
    await using runtime = await createRuntime({ lm: lm() });
    const handle = await runtime.spawnProgram(twoStamps(new Stamp("0"), new Stamp("0")));
    const answers: Promise<{ text: string }>[] = [];
    for (let turn = 1; turn <= 50; turn++) {
      for (let call = 0; call < 4; call++) answers.push(handle.run({ text: "" }));
      const replaced = handle.replace(turn % 2 === 0 ? "first" : "second", new Stamp(String(turn % 10)));
      for (let call = 0; call < 4; call++) answers.push(handle.run({ text: "" }));
      await replaced;
    }
    const texts = (await Promise.all(answers)).map(({ text }) => text);
    expect(texts).toHaveLength(400);
    expect(texts.every((text) => /^\d\d$/.test(text))).toBe(true);
    expect(await handle.run({ text: "" })).toEqual({ text: "09" });
  });

  it("starts actors for modules that only the new one has, and ends those that only the old one had with its last call", async () => {
    await using runtime = await createRuntime({ lm: lm() });
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const inner = program({ deep: new Stamp("x", gate) }, async ({ text }: { text: string }, { deep }) =>
      deep({ text }),
    );
    const handle = await runtime.spawnProgram(twoStamps(new Stamp("a"), inner as unknown as Stamp));
    expect(handle.modulePaths).toEqual(["self", "first", "second", "second.deep"]);
    const under = handle.run({ text: "" });
    await until("the inner one is at work", () => handle.actorOf("second.deep") !== undefined);
    const other = program({ other: new Stamp("y") }, async ({ text }: { text: string }, { other }) => other({ text }));
    await handle.replace("second", other);
    expect(handle.modulePaths).toEqual(["self", "first", "second", "second.other"]);
    expect([handle.actorOf("second.deep")?.isAlive, handle.actorOf("second.other")?.isAlive]).toEqual([true, true]);
    expect(await handle.run({ text: "" })).toEqual({ text: "ay" });
    open();
    expect(await under).toEqual({ text: "ax" });
    await until("the old one's actor has ended", () => handle.actorOf("second.deep") === undefined);
    const killed = handle.actorOf("second.other");
    killed?.kill();
    await until("it has a successor", () => handle.actorOf("second.other")?.isAlive === true);
    expect(await handle.run({ text: "" })).toEqual({ text: "ay" });
  });

  it("replaces the root, and works for programs served per request", async () => {
    await using runtime = await createRuntime({ lm: lm() });
    const handle = await runtime.spawnProgram(new Stamp("a") as Module<{ text: string }, { text: string }>, {
      supervision: { processes: "per-request" },
    });
    expect(await handle.run({ text: "" })).toEqual({ text: "a" });
    await handle.replace("self", twoStamps(new Stamp("b"), new Stamp("c")));
    expect(await handle.run({ text: "" })).toEqual({ text: "bc" });
  });

  it("is heard, and recorded with the calls that come after it", async () => {
    await using runtime = await createRuntime({ lm: lm(), calls: "on" });
    const heard: unknown[] = [];
    runtime.on("application.module.replaced", ({ measures, about }) => heard.push({ ...measures, ...about }));
    const before = new Nested();
    const handle = await runtime.spawnProgram(before, { programName: "nested" });
    await handle.run({ question: "q" });
    await handle.replace("parts[0]", predict("draft -> first").withInstructions("Another way."));
    await handle.run({ question: "q" });
    expect(heard).toEqual([{ inFlight: 0, program: "nested", path: "parts[0]" }]);
    const runs = (await runtime.store.list("run").all()).records.toSorted((a, b) => a.startedAt - b.startedAt);
    const hashes = new Set(runs.map(({ programHash: hash }) => hash));
    expect([hashes.size, hashes.has(programHash(before))]).toEqual([2, true]);
  });

  it("refuses a path that is none, and a module that takes or gives other fields", async () => {
    await using runtime = await createRuntime({ lm: lm() });
    const handle = await runtime.spawnProgram(new Nested());
    await expect(handle.replace("gem", predict("a -> b"))).rejects.toMatchObject({
      code: "PROGRAM_PATH_UNKNOWN",
      message: expect.stringContaining("Did you mean `gen`?"),
    });
    await expect(handle.replace("parts[0]", predict("draft, more -> first"))).rejects.toMatchObject({
      code: "PROGRAM_REPLACEMENT_MISFIT",
      message: expect.stringContaining("asks for more"),
    });
    await expect(handle.replace("parts[0]", predict("draft -> second"))).rejects.toMatchObject({
      code: "PROGRAM_REPLACEMENT_MISFIT",
      message: expect.stringContaining("does not give first"),
    });
    expect(await handle.run({ question: "q" })).toEqual({ answer: "one two" });
    await handle.replace("gen", chainOfThought("question -> draft"));
    expect(await handle.run({ question: "q" })).toEqual({ answer: "one two" });
  });

  it("waits for its turn behind one that fails", async () => {
    await using runtime = await createRuntime({ lm: lm() });
    const handle = await runtime.spawnProgram(twoStamps(new Stamp("a"), new Stamp("b")));
    const [failed, done] = [
      rejection(handle.replace("nowhere", new Stamp("x"))),
      handle.replace("first", new Stamp("A")),
    ];
    expect(errorCode(await failed)).toBe("PROGRAM_PATH_UNKNOWN");
    await done;
    expect(await handle.run({ text: "" })).toEqual({ text: "Ab" });
  });

  it("is taken up by the next start of a program that was down", async () => {
    await using runtime = await createRuntime({ lm: lm() });
    const handle = await runtime.spawnProgram(twoStamps(new Stamp("a"), new Stamp("b")), {
      supervision: { intensity: 0 },
    });
    handle.actorOf("self")?.kill();
    await until("it has given up", () => handle.actorOf("first") === undefined);
    await handle.replace("second", twoStamps(new Stamp("c"), new Stamp("d")));
    expect(await handle.run({ text: "" })).toEqual({ text: "acd" });
    expect(handle.actorOf("second.first")?.isAlive).toBe(true);
  });
});
