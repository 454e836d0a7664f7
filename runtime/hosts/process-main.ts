// The first file of a host that is a process.
// Knows nothing of actors: host-main.ts has what runs in it.
import { Worker } from "node:worker_threads";
import { BaseError } from "../base/index.ts";
import { startHost } from "./host-main.ts";

const told = process.argv[2];
if (process.send === undefined || told === undefined) {
  throw new BaseError("HOST_MISMATCHED", "Expected this file to be started by processHosts, as a process.");
}
const send = process.send.bind(process);
// process-carrier.ts puts it there; JSON has no word for "never".
const { hostName, heartbeatMs, drainMs } = JSON.parse(told) as {
  readonly hostName: string;
  readonly heartbeatMs: number | null;
  readonly drainMs: number;
};

const end = startHost({
  hostName,
  sharesMemory: false,
  drainMs,
  // A parent that is gone is told of by the disconnect.
  post: (batch) => void (process.connected && send([...batch], undefined, undefined, () => undefined)),
  exit: () => process.exit(),
});
process.on("message", (batch) => {
  if (Array.isArray(batch)) end.receive(batch);
});
process.on("disconnect", () => process.exit());
// The terminal's Ctrl-C reaches the whole group: whoever started this process says when it ends.
process.on("SIGINT", () => undefined);
if (heartbeatMs !== null) setInterval(() => end.sayBeat(process.memoryUsage.rss()), heartbeatMs);
end.sayReady();

// A process that stands still hears of no disconnect. A thread of its own looks whether the parent is still there, and takes the process along.
new Worker(
  `const parent = process.ppid;
   const isThere = () => { try { return process.ppid === parent && process.kill(parent, 0); } catch { return false; } };
   setInterval(() => { if (!isThere()) process.kill(process.pid, "SIGKILL"); }, 500);`,
  { eval: true, name: "parent-watch", stdin: false, execArgv: [] },
).unref();
