// nact's actors: named children of a system, asked by `query` with its timeout.
import { dispatch, query, spawn, start, stop } from "nact";
import { bytesOf, CALLS, CASTS, per, serve } from "./rounds.mjs";

function counterOf(system, name) {
  return spawn(
    system,
    (state = 0, message) => {
      const next = state + message.n;
      if (message.sender !== undefined) dispatch(message.sender, next);
      return next;
    },
    name,
  );
}

const call = (actor, n) => query(actor, (sender) => ({ n, sender }), 5000);

await serve({
  call: async () => {
    const actor = counterOf(start(), "counter");
    return () =>
      per(CALLS, async () => {
        for (let count = 0; count < CALLS; count++) await call(actor, 1);
      });
  },
  cast: async () => {
    const actor = counterOf(start(), "counter");
    return () =>
      per(CASTS, async () => {
        for (let count = 0; count < CASTS; count++) dispatch(actor, { n: 1 });
        await call(actor, 0);
      });
  },
  idle: async () => async () => {
    const system = start();
    const { bytes } = await bytesOf((index) => counterOf(system, `w${index}`));
    stop(system);
    return bytes;
  },
});
