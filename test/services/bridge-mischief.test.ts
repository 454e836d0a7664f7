import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it, vi } from "vitest";
import { bringDspy, python } from "./python-dspy.ts";
import { endWorkers, eventually, HANDLERS, isAlive, starterOf, startWorker } from "./python-worker.ts";

describe.each(["spawn", "fork"] as const)("a Python worker that misbehaves, started by %s,", (way) => {
  afterEach(endWorkers);

  it.each([
    ["crash", null, "SIGSEGV"],
    ["leak", { size: 2_000_000_000 }, "more memory"],
  ])("by %s is gone, and its calls know how", async (handler, input, reason) => {
    const { connection } = await startWorker({ way, memoryLimitBytes: 400_000_000 });
    await expect(connection.start(handler, input).result).rejects.toMatchObject({
      code: "BRIDGE_WORKER_LOST",
      details: { reason: expect.stringContaining(reason) },
    });
  });

  it.each(["stop", "hold_interpreter"])("by %s is found hung and killed", async (handler) => {
    const worker = await startWorker({ way, heartbeat: { intervalMs: 200, misses: 5 } });
    await expect(worker.connection.start(handler, null).result).rejects.toMatchObject({
      code: "BRIDGE_WORKER_LOST",
      details: { reason: expect.stringContaining("has not answered") },
    });
    await eventually(() => !isAlive(worker.ready.pid));
  });

  it("may not take a huge piece of memory at once, and goes on", async () => {
    const { connection } = await startWorker({ way, memoryLimitBytes: 400_000_000 });
    await expect(connection.start("gulp", { size: 50_000_000_000 }).result).rejects.toMatchObject({
      code: "BRIDGE_PYTHON_ERROR",
      details: { type: "MemoryError" },
    });
    expect(await connection.start("echo", { value: 1 }).result).toBe(1);
  });

  it("takes its grandchildren along, those in sessions of their own too", async () => {
    const worker = await startWorker({ way });
    const pid = Number(await worker.connection.start("grandchild", null).result);
    expect(isAlive(pid)).toBe(true);
    await worker.kill();
    await eventually(() => !isAlive(pid));
    expect(isAlive(worker.ready.pid)).toBe(false);
  });

  // Again where the machine was too busy to run it in time.
  it("is gone within a second after its host was killed, with its grandchildren and its folder", {
    retry: 2,
  }, async () => {
    bringDspy();
    const script = fileURLToPath(new URL("python-host-process.ts", import.meta.url));
    const host = spawn(process.execPath, [script, python, HANDLERS, "orphans", way], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = (await once(createInterface(host.stdout), "line")) as [string];
    const { pids } = JSON.parse(line) as { readonly pids: readonly number[] };
    expect(pids.filter(isAlive)).toEqual(pids);
    const killedMs = performance.now();
    host.kill("SIGKILL");
    await eventually(() => !pids.some(isAlive));
    expect(performance.now() - killedMs).toBeLessThan(1000);
    await eventually(() => !readdirSync(tmpdir()).some((name) => name.startsWith("dspex-orphans-")));
  });

  it("says why it did not start", async () => {
    await expect(startWorker({ way, modules: ["no_such_module"] })).rejects.toMatchObject({
      code: "BRIDGE_WORKER_START_FAILED",
      message: expect.stringContaining("No module named 'no_such_module'"),
    });
    await expect(startWorker({ python: "/no/such/python" })).rejects.toMatchObject({
      code: "BRIDGE_WORKER_START_FAILED",
      message: expect.stringContaining("ENOENT"),
    });
  });

  it.each(["writes_channel", "writes_null"])("fails alone where %s writes between its words", async (module) => {
    const starter = starterOf(way);
    const sound = await startWorker({ starter });
    await expect(startWorker({ starter, modules: [module] })).rejects.toMatchObject({
      code: "BRIDGE_WORKER_START_FAILED",
      details: { reason: expect.stringContaining("came on its file descriptor 3") },
    });
    expect(await sound.connection.start("echo", { value: 1 }).result).toBe(1);
    await startWorker({ starter });
    await starter.close();
  });

  it("is given up where it hangs between listening and being ready", async () => {
    const start = startWorker({ way, modules: ["hangs_before_ready"], startTimeoutMs: 3000 });
    await expect(start).rejects.toMatchObject({
      code: "BRIDGE_WORKER_START_FAILED",
      details: { reason: "it was not ready within 3000 ms" },
    });
  });

  it("is gone where nobody wants it any more before it is ready", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dspex-importing-"));
    const file = join(folder, "pid");
    const controller = new AbortController();
    vi.stubEnv("IMPORTED_BY", file);
    const starter = starterOf(way);
    const start = startWorker({ starter, modules: ["imports_long"], signal: controller.signal });
    start.catch(() => {});
    await eventually(() => existsSync(file) && readFileSync(file, "utf8") !== "");
    const pid = Number(readFileSync(file, "utf8"));
    controller.abort(new Error("the pool was closed"));
    await expect(start).rejects.toThrow("the pool was closed");
    expect(isAlive(pid)).toBe(false);
    await starter.close();
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  it("lets nobody else in, and leaves no folder behind", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dspex-walls-"));
    const starter = starterOf(way, { folder });
    const worker = await startWorker({ starter, folder });
    const found = readdirSync(folder, { recursive: true, encoding: "utf8" });
    const modes = found.map((path) => [basename(path) === "worker.sock", statSync(join(folder, path)).mode & 0o777]);
    expect(modes).toContainEqual([true, 0o600]);
    expect(modes.filter(([isSocket]) => isSocket === false).every(([, mode]) => mode === 0o700)).toBe(true);
    await worker.kill();
    await starter.close();
    expect(readdirSync(folder)).toEqual([]);
    rmdirSync(folder);
  });
});
