// The twin of bare-worker.mjs as an actor, on the built package.
// Knows nothing of what it is compared with.
import type * as Runtime from "../../runtime/index.ts";
// @ts-expect-error plain JavaScript, shared with a worker that is no TypeScript
import { compute } from "./compute.mjs";

// The built package has the very doors of the sources.
const { defineActor, reply }: typeof Runtime = await import(
  new URL("../../dist/runtime/index.js", import.meta.url).href
);

export const echo = defineActor({
  init: (_: void) => 0,
  handleCall: {
    say: (_state, message: unknown) => reply(message),
    compute: (_state, limit: number) => reply(Number(compute(limit))),
  },
  handleCast: {
    loop: (_state, _: void): never => {
      for (;;);
    },
  },
});
