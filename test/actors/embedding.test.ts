import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRuntime, errorCode, levelStore, predict, readInspection } from "../../index.ts";
import { scriptedLm } from "../../testing/index.ts";
import { startOpenaiServer } from "../support/openai-server.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dspex-embedding-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ANSWER = "[[ ## answer ## ]]\nok\n\n[[ ## completed ## ]]";
const program = predict("question -> answer");

/** Runs the process with two runtimes to its end; once a call waits for its answer it gets a signal, where it is to get one. */
async function embedded(mode: "signal" | "stop") {
  let child: ReturnType<typeof spawn> | undefined;
  const server = await startOpenaiServer({
    reply: (body) => {
      if (!body.includes("hang")) return { type: "answer", text: ANSWER };
      if (mode === "signal") child?.kill("SIGTERM");
      return { type: "hang" };
    },
  });
  const file = fileURLToPath(new URL("embedded-process.ts", import.meta.url));
  const stores = [join(folder, "one"), join(folder, "two")];
  try {
    return await new Promise<{ readonly code: number | null; readonly output: string; readonly stores: string[] }>(
      (resolve, reject) => {
        let output = "";
        child = spawn(process.execPath, [file, server.baseUrl, ...stores, mode], {
          stdio: ["ignore", "pipe", "inherit"],
        });
        child.stdout?.setEncoding("utf8").on("data", (text: string) => {
          output += text;
        });
        child.on("error", reject);
        child.on("close", (code) => resolve({ code, output: output.trim(), stores }));
      },
    );
  } finally {
    await server.close();
  }
}

describe("a process that embeds two runtimes", () => {
  it("writes everything and closes both stores at SIGTERM, whatever is in flight", async () => {
    const { code, stores } = await embedded("signal");
    expect(code).toBe(143);
    const found: unknown[] = [];
    for (const path of stores) {
      const store = levelStore({ folder: path });
      // Rejects with STORE_LOCKED where the process left its lock.
      await store.open();
      const runs = (await store.list("run").all()).records.map(({ status }) => status).sort();
      const calls = (await store.list("lm-call").all()).records.length;
      await store.close();
      found.push([runs, calls]);
    }
    expect(found).toEqual([
      [["completed", "failed"], 1],
      [["completed"], 1],
    ]);
  }, 180_000);

  it("ends by itself after a stop: no socket, timer or lock is left", async () => {
    expect(await embedded("stop")).toMatchObject({ code: 0, output: "ready\n[]" });
  }, 180_000);
});

describe("two runtimes in one process", () => {
  it("share no names, cache, events or fate", async () => {
    let asked = 0;
    const lm = () =>
      scriptedLm(() => {
        asked++;
        return ANSWER;
      });
    const [one, two] = [await createRuntime({ lm: lm() }), await createRuntime({ lm: lm() })];
    const heard: string[] = [];
    two.on("program.call.stopped", ({ type }) => heard.push(type));
    const [first, second] = [await one.spawnProgram(program), await two.spawnProgram(program)];
    await first.run({ question: "q" });
    expect(heard).toEqual([]);
    await second.run({ question: "q" });
    expect([asked, heard.length]).toEqual([2, 1]);
    expect(one.system.tree().map(({ actorName }) => actorName)).toEqual(
      two.system.tree().map(({ actorName }) => actorName),
    );
    first.actorOf("self")?.kill();
    await one.stop();
    expect([one.system.actorCount, await first.run({ question: "q" }).catch(errorCode)]).toEqual([
      0,
      "RUNTIME_STOPPED",
    ]);
    expect(await second.run({ question: "other" })).toEqual({ answer: "ok" });
    await two.stop();
  });
});

describe("createRuntime({ inspection })", () => {
  it("shows the tree in the store's folder until it has stopped", async () => {
    const runtime = await createRuntime({ lm: scriptedLm(() => ANSWER), store: folder, inspection: "on" });
    const { tree, system } = await readInspection(folder);
    expect([system, tree[0]?.actorName]).toEqual(["dspex", "application"]);
    expect(tree[0]?.children.map(({ childId }) => childId)).toEqual(expect.arrayContaining(["recorder", "programs"]));
    await runtime.stop();
    expect(await readInspection(folder).catch(errorCode)).toBe("INSPECTION_NOT_RUNNING");
  });

  it("needs a folder, and is off unless asked for", async () => {
    expect(await createRuntime({ inspection: "on" }).catch(errorCode)).toBe("RUNTIME_OPTIONS_INVALID");
    await using _runtime = await createRuntime({ store: folder });
    expect(await readInspection(folder).catch(errorCode)).toBe("INSPECTION_NOT_RUNNING");
  });

  it("is given up where it cannot be, if it was only to be tried", async () => {
    writeFileSync(join(folder, ".dspex-inspection"), "a file where the folder would be");
    expect(await createRuntime({ store: folder, inspection: "on" }).catch(errorCode)).toBe("INSPECTION_FAILED");
    // The failed start gave the store back.
    await using runtime = await createRuntime({ store: folder, inspection: "try" });
    expect(runtime.store.status).toBe("open");
  });
});
