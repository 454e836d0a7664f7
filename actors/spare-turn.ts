// The moments at which work is done that nobody's next request waits for: when a turn's sockets have been served, or with what else has come by then.
// Knows nothing of the work.

/** Makes a function whose promise resolves once this turn's sockets have been served; all who wait in one turn share it. */
export function spareTurns(): () => Promise<void> {
  return shared(setImmediate);
}

/**
 * Makes a function whose promise resolves for all who wait in one piece of so many milliseconds at once.
 *
 * Where answers come one by one, a turn of the event loop for each costs a third more than their handling in groups. Real time, as the turns are,
 * and not the system's clock.
 */
export function gatherings(lastingMs: number): () => Promise<void> {
  return shared((run) => setTimeout(run, lastingMs));
}

/** One promise for all who come before its moment. */
function shared(atItsMoment: (run: () => void) => unknown): () => Promise<void> {
  let waiting: Promise<void> | undefined;
  return () => {
    waiting ??= new Promise((resolve) => {
      atItsMoment(() => {
        waiting = undefined;
        resolve();
      });
    });
    return waiting;
  };
}
