// An actor in a thread: called like any other, stuck in an endless loop, and back in a spare thread.
// Runs offline: `npx node examples/thread-host.ts`.
import {
  child,
  createSystem,
  type HostsBehaviour,
  hostedModule,
  isBaseError,
  supervisor,
  threadHosts,
} from "../runtime/index.ts";

const { primes } = hostedModule<typeof import("./thread-host-actor.ts")>(
  new URL("./thread-host-actor.ts", import.meta.url),
);

await using system = createSystem({ name: "primes" });
system.bus.on("runtime.host.lost", ({ about }) => console.log(`lost: ${about.host}, ${about.cause}`));

// The threads come first: what runs in them is started after them and stopped before.
await system.spawn(
  supervisor({
    strategy: "one_for_one",
    children: [
      child("threads", threadHosts({ size: 1, spares: 1, heartbeatMs: 500 }), undefined, { name: "threads" }),
      child("primes", primes, undefined, { host: "threads", name: "primes" }),
    ],
  }),
);
const ref = system.named<typeof primes>("primes"); // follows restarts
console.log("primes below 100,000:", await ref.call("below", 100_000));

// A spare takes a moment to start; without one the restart would wait for a new thread.
const threads = system.named<HostsBehaviour>("threads");
while (!(await threads.call("hosts")).some(({ role, status }) => role === "spare" && status === "ready")) {
  await new Promise((resolve) => setTimeout(resolve, 20));
}

const started = performance.now();
try {
  await ref.call("below", Number.POSITIVE_INFINITY, { timeoutMs: 60_000 });
} catch (error) {
  // The caller is told why, at once.
  if (!isBaseError(error, "ACTOR_DOWN")) throw error;
  console.log(`stuck for ${((performance.now() - started) / 1000).toFixed(1)} s, then: ${error.code}`);
}
console.log("primes below 1,000:", await ref.call("below", 1000));
