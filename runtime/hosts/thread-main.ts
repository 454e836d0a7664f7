// The first file of a host that is a thread.
// Knows nothing of actors: host-main.ts has what runs in it.
import { parentPort, workerData } from "node:worker_threads";
import { BaseError } from "../base/index.ts";
import { startHost } from "./host-main.ts";
import type { ThreadData } from "./thread-carrier.ts";

if (parentPort === null) {
  throw new BaseError("HOST_MISMATCHED", "Expected this file to be started by threadHosts, as a thread.");
}
const port = parentPort;
// thread-carrier.ts puts it there.
const { hostName, beat, heartbeatMs, drainMs } = workerData as ThreadData;

const end = startHost({
  hostName,
  sharesMemory: true,
  drainMs,
  // The writer puts only buffers and ports beside a batch.
  post: (batch, moved) => port.postMessage(batch, moved as ArrayBuffer[]),
  exit: () => process.exit(),
});
port.on("message", (batch: readonly unknown[]) => end.receive(batch));

const lastBeat = new BigInt64Array(beat);
const sayAlive = (): void => {
  Atomics.store(lastBeat, 0, process.hrtime.bigint());
};
if (heartbeatMs !== Number.POSITIVE_INFINITY) setInterval(sayAlive, heartbeatMs);
sayAlive();
end.sayReady();
