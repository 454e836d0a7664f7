import { describe, expect, it } from "vitest";
import { createRuntime, errorCode, predict, type Runtime } from "../../index.ts";
import { formatTree, type TreeNode } from "../../runtime/index.ts";
import { type ScriptedAnswer, scriptedLm } from "../../testing/index.ts";
import { answerFor, askedBy, fields, Nested, nestedPaths } from "./nested-program.ts";
import { rejection, until } from "./waiting.ts";

const qa = () => predict("question -> answer");

/** Answers `Nested`; a prompt that says `hang` waits for ever. */
function nestedLm() {
  return scriptedLm(({ messages }): ScriptedAnswer => {
    const prompt = JSON.stringify(messages);
    return prompt.includes("hang") ? { hangs: true } : answerFor(askedBy(prompt));
  });
}

/** The tree of the only program, without ids and numbers. */
function programTree(runtime: Runtime): string {
  const [application] = runtime.system.tree();
  const programs = application?.children.find(({ actorName }) => actorName === "programs");
  const shape = (node: TreeNode): string =>
    `${node.childId?.replace(/#\d+$/, "#n") ?? ""}${node.children.length === 0 ? "" : `(${node.children.map(shape).join(" ")})`}`;
  return (programs?.children ?? []).map((node) => shape(node).replace(/program_\w+/g, "program")).join(" ");
}

describe("spawnProgram({ supervision })", () => {
  it("has one process per module unless told otherwise", async () => {
    await using runtime = await createRuntime({ lm: nestedLm() });
    const handle = await runtime.spawnProgram(new Nested());
    expect(programTree(runtime)).toBe(`program(${nestedPaths.join(" ")})`);
    expect(handle.modulePaths).toEqual(nestedPaths);
  });

  it("has one process per request where asked, which runs all modules and ends with its request", async () => {
    await using runtime = await createRuntime({ lm: nestedLm(), cache: "off" });
    const handle = await runtime.spawnProgram(new Nested(), { supervision: { processes: "per-request" } });
    expect(programTree(runtime)).toBe("program((requests))");
    const caller = new AbortController();
    const hanging = [rejection(handle.run({ question: "hang 1" }, { signal: caller.signal }))];
    hanging.push(rejection(handle.run({ question: "hang 2" })));
    await until("both have a process", () => programTree(runtime) === "program((requests)(self#n self#n))");
    expect(await handle.run({ question: "q" })).toEqual({ answer: "one two" });
    caller.abort();
    expect(await hanging[0]).toMatchObject({ code: "PROGRAM_ABORTED" });
    await until("one is left", () => programTree(runtime) === "program((requests)(self#n))");
    expect(handle.actorOf("self")).toBeUndefined();
    await handle.stop();
    expect(await hanging[1]).toMatchObject({ code: "ACTOR_DOWN" });
  });

  it("loses one request with its process and nothing else, however often that happens", async () => {
    const lm = nestedLm();
    await using runtime = await createRuntime({ lm, cache: "off", pool: { startConcurrency: 100 } });
    const handle = await runtime.spawnProgram(new Nested(), { supervision: { processes: "per-request" } });
    const restarts: string[] = [];
    runtime.on("runtime.child.restarted", ({ about }) => restarts.push(about.childId));
    const survivor = rejection(handle.run({ question: "hang for good" }));
    await until("it has a process", () => programTree(runtime).includes("self#n"));
    for (let killed = 0; killed < 10; killed++) {
      const lost = rejection(handle.run({ question: `hang ${killed}` }));
      await until("it is in flight", () => lm.inFlight === 2);
      newestRequest(runtime)?.exit("kill");
      expect(await lost).toMatchObject({ code: "ACTOR_DOWN" });
      await until("its request is aborted", () => lm.inFlight === 1);
    }
    expect(restarts).toEqual([]);
    expect(await handle.run({ question: "q" })).toEqual({ answer: "one two" });
    await handle.stop();
    await survivor;
  });

  it("places modules one by one, and names those that have a process", async () => {
    await using runtime = await createRuntime({ lm: nestedLm() });
    const handle = await runtime.spawnProgram(new Nested(), {
      supervision: { modules: { gen: { name: "generator" }, "parts[0]": { processes: "per-request" } } },
    });
    expect(programTree(runtime)).toBe("program(self gen gen.predict parts[1] (requests))");
    expect(runtime.system.whereis("generator")).toBe(handle.actorOf("gen"));
    expect(await handle.run({ question: "q" })).toEqual({ answer: "one two" });
  });

  it("keeps a process for a module below a program that is served per request", async () => {
    await using runtime = await createRuntime({ lm: nestedLm() });
    const handle = await runtime.spawnProgram(new Nested(), {
      supervision: { processes: "per-request", modules: { "gen.predict": { processes: "per-module" } } },
    });
    expect(programTree(runtime)).toBe("program(gen.predict (requests))");
    expect(await handle.run({ question: "q" })).toEqual({ answer: "one two" });
    expect(formatTree(runtime.system.tree())).toMatch(/gen\.predict · running · waiting 0 · handled 1/);
  });

  it("restarts by its strategy, and gives up by its intensity", async () => {
    await using runtime = await createRuntime({ lm: nestedLm(), cache: "off" });
    const restarted: string[] = [];
    runtime.on("runtime.actor.started", ({ about }) => restarted.push(about.actor.replace(/^.*\//, "")));
    const gaveUp: string[] = [];
    runtime.on("runtime.supervisor.gave-up", ({ about }) => gaveUp.push(about.childId));
    const handle = await runtime.spawnProgram(new Nested(), {
      supervision: { strategy: "rest_for_one", intensity: 1, periodMs: 60_000 },
    });
    restarted.length = 0;
    handle.actorOf("gen.predict")?.kill();
    await until("the rest is there again", () => restarted.length === 3);
    expect(restarted).toEqual(["gen.predict", "parts[0]", "parts[1]"]);
    handle.actorOf("self")?.kill();
    await until("it has given up", () => gaveUp.length === 1);
    // The next call starts it anew.
    expect(await handle.run({ question: "q" })).toEqual({ answer: "one two" });
  });

  it.each([
    [{ proceses: "per-module" }, 'supervision has no option "proceses". Did you mean "processes"?'],
    [{ processes: "per-call" }, 'Expected supervision.processes to be "per-module" or "per-request", got "per-call".'],
    [
      { modules: { gem: {} } },
      'supervision.modules names "gem", which is no module of the program. Did you mean "gen"?',
    ],
    [{ modules: { gen: { nam: "x" } } }, 'has no option "nam". Did you mean "name"?'],
    [{ modules: { gen: { processes: "per-request", name: "x" } } }, "which can have no name of its own"],
  ])("refuses %j", async (supervision, message) => {
    await using runtime = await createRuntime({ lm: nestedLm() });
    const spawned = runtime.spawnProgram(new Nested(), { supervision: supervision as object });
    await expect(spawned).rejects.toMatchObject({
      code: "RUN_OPTIONS_INVALID",
      message: expect.stringContaining(message),
    });
    expect(programTree(runtime)).toBe("");
  });

  it("refuses a name that is taken", async () => {
    await using runtime = await createRuntime({ lm: nestedLm() });
    const supervision = { modules: { self: { name: "one" } } };
    await runtime.spawnProgram(qa(), { supervision });
    expect(await runtime.spawnProgram(qa(), { supervision }).catch(errorCode)).toBe("START_FAILED");
  });
});

describe("startTree", () => {
  it("declares modules, their supervision and the way of a call at once", async () => {
    const lm = scriptedLm(() => fields({ draft: "rough", answer: "polished" }));
    await using runtime = await createRuntime({ lm });
    const tree = await runtime.startTree({
      programName: "essay",
      modules: { draft: predict("question -> draft"), polish: predict("draft -> answer") },
      supervision: { strategy: "rest_for_one", modules: { polish: { processes: "per-request" } } },
      forward: async ({ question }: { question: string }, { draft, polish }) => polish(await draft({ question })),
    });
    expect(programTree(runtime)).toBe("program(self draft (requests))");
    expect([tree.programName, tree.modulePaths]).toEqual(["essay", ["self", "draft", "polish"]]);
    expect(await tree.run({ question: "q" })).toEqual({ answer: "polished" });
    expect(lm.calls).toHaveLength(2);
  });
});

/** The process that was started last for a request. */
function newestRequest(runtime: Runtime) {
  const [application] = runtime.system.tree();
  const programs = application?.children.find(({ actorName }) => actorName === "programs");
  const requests = programs?.children[0]?.children.at(-1)?.children;
  const name = requests?.toSorted((a, b) => (a.actorId ?? 0) - (b.actorId ?? 0)).at(-1)?.actorName;
  return name === undefined ? undefined : runtime.system.whereis(name);
}
