import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { removeLeftovers } from "../../bridge/index.ts";
import { createRuntime } from "../../index.ts";
import { recordEvents } from "../../testing/index.ts";
import { bringDspy, python } from "./python-dspy.ts";
import { endWorkers, eventually, HANDLERS, isAlive, startWorker } from "./python-worker.ts";

const foldersOf = (runId: string) => readdirSync(tmpdir()).filter((name) => name.startsWith(`dspex-${runId}-`));

/** A host with a worker and a process that this has started, of which only the latter lives on: guardian first, host next. */
async function leaveBehind(runId: string): Promise<number> {
  const script = fileURLToPath(new URL("python-host-process.ts", import.meta.url));
  const host = spawn(process.execPath, [script, python, HANDLERS, runId, "spawn"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(createInterface(host.stdout), "line")) as [string];
  const { pids } = JSON.parse(line) as { readonly pids: readonly [number, number, number] };
  const [guardian, worker, grandchild] = pids;
  // Held, so that it cannot clean up after the guardian either.
  host.kill("SIGSTOP");
  process.kill(guardian, "SIGKILL");
  await eventually(() => !isAlive(worker));
  host.kill("SIGKILL");
  await once(host, "exit");
  return grandchild;
}

describe("removeLeftovers", () => {
  beforeAll(bringDspy);
  afterEach(endWorkers);

  it("ends what a host and a guardian that were killed at once have left, and nothing of a host that lives", async () => {
    const living = await startWorker({ runId: "living" });
    const bystander = Number(await living.connection.start("grandchild", null).result);
    const leftover = await leaveBehind("gone");
    expect([isAlive(leftover), foldersOf("gone").length]).toEqual([true, 1]);
    const { processes, folders } = removeLeftovers();
    expect([processes > 0, folders > 0]).toEqual([true, true]);
    await eventually(() => !isAlive(leftover));
    expect(foldersOf("gone")).toEqual([]);
    expect(foldersOf("living")).toHaveLength(1);
    expect(isAlive(bystander)).toBe(true);
    expect(await living.connection.start("echo", { value: 1 }).result).toBe(1);
  });

  it("is what a pool does before it starts its first worker, and tells of it", async () => {
    const leftover = await leaveBehind("gone");
    const pool = { paths: [HANDLERS], modules: ["bridge_handlers"], dspy: false };
    await using runtime = await createRuntime({ python: { interpreter: python, pools: { general: pool } } });
    const events = recordEvents(runtime, { pattern: "bridge.leftovers.removed" });
    expect(await runtime.python.call("echo", { value: 1 })).toBe(1);
    await eventually(() => !isAlive(leftover));
    expect(events.types).toEqual(["bridge.leftovers.removed"]);
    events.stop();
  });

  it("is not needed where the host lives: it ends what a killed guardian leaves", async () => {
    const worker = await startWorker();
    const grandchild = Number(await worker.connection.start("grandchild", null).result);
    process.kill(worker.pid, "SIGKILL");
    await eventually(() => ![worker.ready.pid, grandchild].some(isAlive));
  });
});
