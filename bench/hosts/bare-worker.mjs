// What a thread costs by itself: answers each message with itself, and computes on request.
// Knows nothing of actors.
import { parentPort } from "node:worker_threads";
import { compute } from "./compute.mjs";

parentPort.on("message", (message) => {
  parentPort.postMessage(typeof message === "number" ? compute(message) : message);
});
parentPort.postMessage("ready");
