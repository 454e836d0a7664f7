// A process that shows its tree in the folder it is given, until it is killed.
// Knows nothing of who looks.
import { createSystem, defineActor, serveInspection } from "../../runtime/index.ts";

const system = createSystem();
await system.spawn(defineActor({ init: (_: void) => 0 }), undefined, { name: "alone" });
await serveInspection(system, { folder: process.argv[2] ?? "" });
// The door keeps no process alive.
setInterval(() => {}, 60_000);
console.log("ready");
