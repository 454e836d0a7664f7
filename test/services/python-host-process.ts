// A host of Python workers to be killed: opens one, has it start a process of its own, says what lives, and waits for its end.
// Knows nothing of what is expected.
import { tmpdir } from "node:os";
import { createWorkerStarter, openWorker, type StartWay } from "../../bridge/index.ts";
import { systemClock } from "../../runtime/base/index.ts";

const [python = "", handlers = "", runId = "", way = "spawn"] = process.argv.slice(2);
const shared = { python, runId, env: process.env, clock: systemClock, paths: [handlers], dspy: false };
// The test names one of the two.
const starter = createWorkerStarter(way as StartWay, { ...shared, server: "server" });
const worker = await openWorker({ ...shared, modules: ["bridge_handlers"], starter });
const grandchild = await worker.connection.start("grandchild", null).result;
worker.connection.start("hold_interpreter", null).result.catch(() => {});
process.stdout.write(`${JSON.stringify({ folder: tmpdir(), pids: [worker.pid, worker.ready.pid, grandchild] })}\n`);
setInterval(() => {}, 1000);
