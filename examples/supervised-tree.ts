// A supervised tree without any model: a counter that breaks, a pool of workers, and what is left standing. Run it with `node examples/supervised-tree.ts`.
// `dspex/runtime` in an installed package.
import {
  child,
  countChildren,
  createSystem,
  defineActor,
  dynamicSupervisor,
  errorCode,
  formatEvent,
  formatTree,
  reply,
  startChild,
  supervisor,
} from "../runtime/index.ts";

const counter = defineActor({
  behaviourName: "counter",
  init: (start: number) => start,
  handleCall: {
    add: (state, n: number) => {
      if (!Number.isInteger(n)) throw new TypeError(`expected a whole number, got ${n}`);
      return reply(state + n, state + n);
    },
  },
});

const worker = defineActor({
  behaviourName: "worker",
  init: (job: string) => job,
  handleCall: { job: (state) => reply(state) },
});

await using system = createSystem({ name: "example" });
system.bus.on("runtime.supervisor.reported", (event) => console.log(formatEvent(event).replace(/^\S+ /, "")));

// rest_for_one: the pool was started after the counter and is started anew with it; the log before them is left alone.
const top = await system.spawn(
  supervisor({
    strategy: "rest_for_one",
    children: [
      child("log", defineActor({ behaviourName: "log", init: (_: void) => [] as string[] }), undefined, {
        name: "log",
      }),
      child("counter", counter, 10, { name: "counter" }),
      child("pool", dynamicSupervisor({ maxChildren: 100 }), undefined, { name: "pool" }),
    ],
  }),
  undefined,
  { name: "top" },
);

const pool = system.named<ReturnType<typeof dynamicSupervisor>>("pool");
await startChild(pool, child("first", worker, "sort", { name: "first" }));
console.log(formatTree(system.tree()));

// A reference by name follows restarts.
const ref = system.named<typeof counter>("counter");
console.log(await ref.call("add", 5));
console.log(await ref.call("add", 0.5).catch(errorCode));
// A supervisor answers behind the restarts it has to make: now the successors are there, from their specs. What was added by hand is gone.
await countChildren(top);
console.log(await ref.call("add", 5));
console.log(formatTree(system.tree()));
