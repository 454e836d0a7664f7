import { afterEach, describe, expect, it } from "vitest";
import { openWorker } from "../../bridge/index.ts";
import { systemClock } from "../../runtime/base/index.ts";
import { bringDspy, python } from "./python-dspy.ts";
import { endWorkers, eventually, HANDLERS, isAlive, starterOf, startWorker } from "./python-worker.ts";

const shared = { python, runId: "test", env: process.env, clock: systemClock, paths: [HANDLERS], dspy: false };
const opening = (starter: ReturnType<typeof starterOf>, modules = ["bridge_handlers"]) =>
  openWorker({ ...shared, modules, starter });

describe("a fork-server of Python workers", () => {
  const starters: ReturnType<typeof starterOf>[] = [];
  const starterWith = (...options: Parameters<typeof starterOf>) => {
    bringDspy();
    const starter = starterOf(...options);
    starters.push(starter);
    return starter;
  };
  afterEach(async () => {
    await endWorkers();
    await Promise.all(starters.splice(0).map((starter) => starter.close()));
  });

  it("makes workers that are processes of their own and end on their own", async () => {
    const [one, two] = await Promise.all([startWorker({ way: "fork" }), startWorker({ way: "fork" })]);
    expect(new Set([one.pid, two.pid, one.ready.pid, two.ready.pid]).size).toBe(4);
    await one.kill();
    expect(isAlive(one.ready.pid)).toBe(false);
    expect(await two.connection.start("echo", { value: 1 }).result).toBe(1);
  });

  it("imports what is preloaded once, and lets each worker draw its own numbers", async () => {
    const starter = starterWith("fork", { preload: ["preloaded"] });
    const workers = await Promise.all([1, 2].map(() => opening(starter, ["preloaded"])));
    const ask = (handler: string) =>
      Promise.all(workers.map(({ connection }) => connection.start(handler, null).result));
    const [one, two] = (await ask("imported_by")) as [readonly number[], readonly number[]];
    expect(one[0]).toBe(two[0]);
    expect(one[1]).not.toBe(two[1]);
    const drawn = await ask("draw");
    expect(drawn[0]).not.toBe(drawn[1]);
  });

  it("makes workers with DSPy that know its programs", async () => {
    const worker = await opening(starterWith("fork", { dspy: true }));
    expect(worker.ready.dspyVersion).toMatch(/^3\./);
    const spec = { name: "dspy.Predict", args: [{ signature: "question -> answer" }] };
    expect(await worker.connection.start("dspex.describe", { spec }).result).toMatchObject({ way: "async" });
  });

  it.each([
    ["no_such_module", "No module named 'no_such_module'"],
    ["starts_threads", "1 threads run after the imports of the fork-server"],
    ["writes_null", '"null" came on its file descriptor 3'],
  ])("says why it has no workers where it cannot preload %s", async (module, reason) => {
    await expect(opening(starterWith("fork", { preload: [module] }))).rejects.toMatchObject({
      code: "BRIDGE_WORKER_START_FAILED",
      message: expect.stringContaining(reason),
    });
  });

  it("takes its workers along when it is killed, and has a successor", async () => {
    const starter = starterWith("fork", { preload: ["preloaded"] });
    const worker = await opening(starter, ["preloaded", "bridge_handlers"]);
    const [server] = (await worker.connection.start("imported_by", null).result) as [number];
    const lost = worker.connection.start("loop", null).result;
    process.kill(server, "SIGKILL");
    await expect(lost).rejects.toMatchObject({ code: "BRIDGE_WORKER_LOST" });
    await eventually(() => !isAlive(worker.ready.pid));
    const next = await opening(starter);
    expect(await next.connection.start("echo", { value: 1 }).result).toBe(1);
  });

  it("is ended where it does not do what it is told, and its workers with it", async () => {
    const starter = starterWith("fork", { preload: ["preloaded"] });
    const worker = await opening(starter, ["preloaded", "bridge_handlers"]);
    const [server] = (await worker.connection.start("imported_by", null).result) as [number];
    process.kill(server, "SIGSTOP");
    await worker.kill();
    await eventually(() => ![server, worker.ready.pid].some(isAlive));
  });

  it("leaves nothing of a worker whose guardian was killed", async () => {
    const worker = await startWorker({ way: "fork" });
    const grandchild = Number(await worker.connection.start("grandchild", null).result);
    process.kill(worker.pid, "SIGKILL");
    await eventually(() => ![worker.ready.pid, grandchild].some(isAlive));
  });
});
