// What a real worker does with those who are not its host, and with a host that says nothing more.
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { grpcStream } from "../../bridge/grpc-stream.ts";
import { Connection, type ConnectionOptions } from "../../bridge/index.ts";
import { PROTOCOL_VERSION } from "../../bridge/messages.ts";
import { startWorkerProcess, type WorkerProcess } from "../../bridge/worker-process.ts";
import { systemClock } from "../../runtime/base/index.ts";
import { bringDspy, python } from "./python-dspy.ts";
import { HANDLERS, startWorker } from "./python-worker.ts";

describe("a worker's door", () => {
  let folder: string;
  let worker: WorkerProcess;
  beforeEach(() => {
    bringDspy();
    folder = mkdtempSync(join(tmpdir(), "dspex-door-"));
    worker = startWorkerProcess({
      python,
      worker: "guarded",
      runId: "door",
      env: process.env,
      clock: systemClock,
      token: "right",
      address: `unix:${join(folder, "worker.sock")}`,
      paths: [HANDLERS],
      modules: ["bridge_handlers"],
      dspy: false,
    });
  });
  afterEach(async () => {
    worker.kill();
    await worker.exited;
    rmSync(folder, { recursive: true, force: true });
  });

  async function call(options: Partial<ConnectionOptions> = {}): Promise<Connection> {
    const open = await grpcStream(await worker.listening);
    return new Connection({ worker: "guarded", token: "right", runId: "door", clock: systemClock, open, ...options });
  }

  /** Its stream says another version than it speaks. */
  async function ofVersion(protocol: number): Promise<Connection> {
    const open = await grpcStream(await worker.listening);
    return call({
      open: (listener) => {
        const stream = open(listener);
        const changed = ({ frames }: Parameters<typeof stream.send>[0]) =>
          stream.send({
            frames: frames.map((frame) =>
              frame.hello === undefined ? frame : { ...frame, hello: { ...frame.hello, protocol } },
            ),
          });
        return { send: changed, close: () => stream.close() };
      },
    });
  }

  it("stays closed to a wrong token, another version and a second host, and open to its own", async () => {
    const refused = (words: string) => ({ code: "BRIDGE_WORKER_REFUSED", message: expect.stringContaining(words) });
    await expect((await call({ token: "wrong" })).ready).rejects.toMatchObject(refused("token is wrong"));
    await expect((await call({ token: "" })).ready).rejects.toMatchObject(refused("token is wrong"));
    await expect((await ofVersion(PROTOCOL_VERSION + 1)).ready).rejects.toMatchObject(refused("version 2"));
    const host = await call();
    await host.ready;
    await expect((await call()).ready).rejects.toMatchObject(refused("a host already"));
    expect(await host.start("echo", { value: 1 }).result).toBe(1);
    host.close("the test is over");
  });

  it("is passed by no bytes that are none of its protocol", async () => {
    const path = (await worker.listening).replace("unix:", "");
    for (const bytes of [
      "GET / HTTP/1.1\r\n\r\n",
      "\0".repeat(10_000),
      `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${"x".repeat(100)}`,
    ]) {
      await new Promise<void>((resolve) => {
        const socket = connect(path, () => socket.write(bytes));
        // It answers what HTTP/2 has for such bytes, and hangs up.
        socket.resume();
        socket.on("error", () => resolve());
        socket.on("close", () => resolve());
      });
    }
    const host = await call();
    await host.ready;
    expect(await host.start("echo", { value: 1 }).result).toBe(1);
    host.close("the test is over");
  });
});

describe("a worker whose host says nothing more", { timeout: 60_000 }, () => {
  it("ends by itself once that has lasted as long as it may, and tells those who wait", async () => {
    bringDspy();
    const worker = await startWorker({
      limits: { silenceMs: 500 },
      heartbeat: { intervalMs: 600_000 },
    });
    await expect(worker.connection.start("nap", { seconds: 1000 }).result).rejects.toMatchObject({
      code: "BRIDGE_WORKER_LOST",
      details: { reason: "it ended" },
    });
    await worker.kill();
  });

  it("stays while its host pings it, however long it is given nothing to do", async () => {
    const worker = await startWorker({ limits: { silenceMs: 500 }, heartbeat: { intervalMs: 100 } });
    expect(await worker.connection.start("nap", { seconds: 1.5 }).result).toBeDefined();
    expect(await worker.connection.start("echo", { value: 1 }).result).toBe(1);
    await worker.kill();
  });
});
