// A process with a tree that is asked to end by signals: its first argument says how it takes that.
// Knows nothing of what is expected of it.
import { child, createSystem, defineActor, describeReason, stopOnSignals, supervisor } from "../../runtime/index.ts";

const mode = process.argv[2];
const told = (id: string) =>
  child(
    id,
    defineActor({
      // A connection, a timer of the actor's own: what keeps a process until the actor ends.
      init: (_: void) => setInterval(() => {}, 1000),
      terminate: (reason, interval) => {
        clearInterval(interval);
        if (mode === "stubborn" && id === "c") {
          console.log("c hangs");
          return new Promise<void>(() => {});
        }
        console.log(`${id}: ${describeReason(reason)}`);
        return undefined;
      },
      trapExit: true,
    }),
    undefined,
    { shutdown: mode === "stubborn" && id === "c" ? 20 : 5000 },
  );

const system = createSystem();
const ids = mode === "tree" ? ["a", "b", "c"] : mode === "stubborn" ? ["a", "c"] : ["a"];
await system.spawn(supervisor({ strategy: "one_for_one", children: ids.map(told) }));
const stuck = { stop: () => new Promise<void>(() => {}) };
stopOnSignals(mode === "stuck" ? [stuck] : [system], { deadlineMs: mode === "stuck" ? 50 : 10_000 });
console.log("ready");
if (mode === "stops-itself") {
  await system.stop();
  // Pipes to the parent belong to the process, not to the system.
  console.log(JSON.stringify(process.getActiveResourcesInfo().filter((name) => !/Pipe|TTY/.test(name))));
}
