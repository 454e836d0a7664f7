// The actor of thread-host.ts: counts primes, and never comes back where there is no end to them.
// A module of its own, because a thread is told of an actor by module and export.
import { defineActor, reply } from "../runtime/index.ts";

export const primes = defineActor({
  init: (_: void) => 0,
  handleCall: {
    below: (state, limit: number) => {
      let count = 0;
      for (let n = 2; n < limit; n++) if (isPrime(n)) count++;
      return reply(count, state + 1);
    },
  },
});

function isPrime(n: number): boolean {
  for (let by = 2; by * by <= n; by++) if (n % by === 0) return false;
  return true;
}
