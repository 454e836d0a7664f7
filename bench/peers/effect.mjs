// An actor as Effect's users build one: a fiber that takes from a queue, a deferred per call.
import { Deferred, Effect, Fiber, Queue } from "effect";
import { bytesOf, CALLS, CASTS, per, serve } from "./rounds.mjs";

const make = Effect.gen(function* () {
  const queue = yield* Queue.unbounded();
  let state = 0;
  const fiber = yield* Effect.forkDetach(
    Effect.gen(function* () {
      for (;;) {
        const { n, reply } = yield* Queue.take(queue);
        state += n;
        if (reply !== undefined) yield* Deferred.succeed(reply, state);
      }
    }),
  );
  return { queue, fiber };
});

const call = (queue, n) =>
  Effect.gen(function* () {
    const reply = yield* Deferred.make();
    yield* Queue.offer(queue, { n, reply });
    return yield* Deferred.await(reply);
  });

await serve({
  call: async () => {
    const { queue } = await Effect.runPromise(make);
    return () =>
      per(CALLS, () =>
        Effect.runPromise(
          Effect.gen(function* () {
            for (let count = 0; count < CALLS; count++) yield* call(queue, 1);
          }),
        ),
      );
  },
  cast: async () => {
    const { queue } = await Effect.runPromise(make);
    return () =>
      per(CASTS, () =>
        Effect.runPromise(
          Effect.gen(function* () {
            for (let count = 0; count < CASTS; count++) yield* Queue.offer(queue, { n: 1 });
            yield* call(queue, 0);
          }),
        ),
      );
  },
  idle: async () => async () => {
    const { bytes, kept } = await bytesOf(() => Effect.runPromise(make));
    for (const { fiber } of kept) await Effect.runPromise(Fiber.interrupt(fiber));
    return bytes;
  },
});
