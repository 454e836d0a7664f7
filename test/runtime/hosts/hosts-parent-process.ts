// A process with hosts, for tests of what keeps it running and of what is left when it dies: the mode is its argument.
// Knows nothing of the tests.
import { createSystem, hostedModule, processHosts, threadHosts } from "../../../runtime/index.ts";

const { counter } = hostedModule<typeof import("./hosted-actors.ts")>(new URL("./hosted-actors.ts", import.meta.url));
const mode = process.argv[2];
const system = createSystem({ name: "parent" });
await system.spawn(threadHosts(), undefined, { name: "threads" });
await system.spawn(processHosts(), undefined, { name: "processes" });
const there = await system.spawn(counter, 1, { host: "processes" });
if (mode === "looping-child") {
  const { pid } = await there.call("where");
  await there.call("loopSoon", undefined);
  process.stdout.write(`${pid}\n`);
  setInterval(() => undefined, 1000);
} else {
  const near = await system.spawn(counter, 1, { host: "threads" });
  process.stdout.write(`${await near.call("add", 1)} ${await there.call("add", 1)}\n`);
  if (mode === "stopped") await system.stop();
}
