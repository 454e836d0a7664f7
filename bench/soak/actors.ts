// What the soak's actors are: a worker that answers, waits, crashes and leaves as it is told. Also loaded by hosts, by its address.
// Knows nothing of who tells it what.
import { type AnyBehaviour, defineActor, exit, type Reply, reply, replyLater } from "../../runtime/index.ts";

/** What a worker knows of another. */
interface Echoing extends AnyBehaviour {
  readonly handleCall: { readonly echo: (state: never, value: number) => Reply<number, never> };
}

/** The worker. Its state is how many messages it has handled, and some weight, so that a leak of states shows. */
export const worker = defineActor({
  behaviourName: "worker",
  init: (_: number) => ({ handled: 0, weight: new Array<number>(16).fill(0) }),
  handleCall: {
    echo: (state, value: number) => reply(value, { ...state, handled: state.handled + 1 }),
    later: (_state, { value, delayMs }: { readonly value: number; readonly delayMs: number }) =>
      replyLater(new Promise<number>((resolve) => setTimeout(resolve, delayMs, value))),
    slow: async (state, value: number) => {
      await new Promise((resolve) => setImmediate(resolve));
      return reply(value, { ...state, handled: state.handled + 1 });
    },
    /** Asks another by name, and answers what that one answers. */
    relay: (_state, { to, value }: { readonly to: string; readonly value: number }, self) =>
      replyLater(self.system.named<Echoing>(to).call("echo", value)),
    crash: (): ReturnType<typeof reply<number>> => {
      throw new Error("told to crash");
    },
  },
  handleCast: {
    note: (state) => ({ ...state, handled: state.handled + 1 }),
    crash: (): never => {
      throw new Error("told to crash");
    },
    leave: () => exit("normal"),
    /** Never comes back: for who runs in a host, which is lost with it. */
    spin: (state) => {
      for (;;) if (state === undefined) return state;
    },
  },
  handleInfo: (state) => state,
});
