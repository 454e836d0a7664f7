// xstate's actors, by its plainest logic: a transition function. It knows no reply: the caller's resolver travels in the event.
import { createActor, fromTransition } from "xstate";
import { bytesOf, CALLS, CASTS, per, serve } from "./rounds.mjs";

const counter = fromTransition((state, event) => {
  const next = state + event.n;
  event.reply?.(next);
  return next;
}, 0);

const call = (actor, n) => new Promise((reply) => actor.send({ type: "add", n, reply }));

await serve({
  call: async () => {
    const actor = createActor(counter).start();
    return () =>
      per(CALLS, async () => {
        for (let count = 0; count < CALLS; count++) await call(actor, 1);
      });
  },
  cast: async () => {
    const actor = createActor(counter).start();
    return () =>
      per(CASTS, async () => {
        for (let count = 0; count < CASTS; count++) actor.send({ type: "add", n: 1 });
        await call(actor, 0);
      });
  },
  idle: async () => async () => {
    const { bytes, kept } = await bytesOf(() => createActor(counter).start());
    for (const actor of kept) actor.stop();
    return bytes;
  },
});
