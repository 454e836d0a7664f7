// An xstate machine as an actor: supervised, gone on with from its last snapshot after a kill, open to Stately's inspector.
// Run it with `node examples/machine-as-actor.ts`. In a program of yours: `npm install xstate`, and `dspex/runtime` for the import below.
import { assign, setup } from "xstate";
import { child, createSystem, fromMachine, type KeptSnapshot, supervisor } from "../runtime/index.ts";

/** An order that waits for two approvals and forgets them if the second does not come in time. */
const approval = setup({
  types: {
    context: {} as { readonly order: string; readonly approvedBy: readonly string[] },
    events: {} as { type: "APPROVE"; by: string } | { type: "REJECT" },
    input: {} as { readonly order: string },
    output: {} as { readonly order: string; readonly approvedBy: readonly string[] },
  },
  delays: { patience: 60_000 },
  guards: { isSecond: ({ context }) => context.approvedBy.length === 1 },
}).createMachine({
  id: "approval",
  context: ({ input }) => ({ order: input.order, approvedBy: [] }),
  initial: "open",
  states: {
    open: {
      on: {
        APPROVE: [
          { guard: "isSecond", target: "approved", actions: assign({ approvedBy: added }) },
          { actions: assign({ approvedBy: added }) },
        ],
        REJECT: "rejected",
      },
      after: { patience: "rejected" },
    },
    approved: { type: "final" },
    rejected: { type: "final" },
  },
  output: ({ context }) => context,
});

function added({
  context,
  event,
}: {
  context: { approvedBy: readonly string[] };
  event: { type: string; by?: string };
}): readonly string[] {
  return event.by === undefined ? context.approvedBy : [...context.approvedBy, event.by];
}

// Where the snapshot is kept; a file or a table in a program of yours. It goes through JSON.
let saved: string | undefined;
const persist = {
  load: () => (saved === undefined ? undefined : (JSON.parse(saved) as KeptSnapshot)),
  save: (snapshot: KeptSnapshot) => {
    saved = JSON.stringify(snapshot);
  },
};

// In a browser's or an editor's tab: `inspect: createBrowserInspector().inspect`, of `@statelyai/inspect`.
let steps = 0;
const order = fromMachine(approval, { persist, inspect: () => steps++ });

await using system = createSystem({ name: "orders" });
await system.spawn(
  supervisor({
    strategy: "one_for_one",
    // transient: an order that is done is not started again, one that was killed is.
    children: [child("order", order, { order: "A-17" }, { name: "order", restart: "transient" })],
  }),
);
const ref = system.named<typeof order>("order");

await ref.call("send", { type: "APPROVE", by: "ada" });
system.whereis("order")?.kill();
const restarted = new Promise((resolve) => system.bus.on("runtime.child.restarted", resolve));
await restarted;
console.log("after a kill:", (await ref.call("snapshot")).context.approvedBy);

const output = ref.call("output");
const { value } = await ref.call("send", { type: "APPROVE", by: "grace" });
console.log(value, await output);
console.log(`${steps > 0 ? "an" : "no"} inspector was told`);
