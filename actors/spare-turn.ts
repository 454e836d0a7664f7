// The moment in each turn of the event loop when the sockets have been served: for work that nobody's next request waits for.
// Knows nothing of the work.

/** Makes a function whose promise resolves once this turn's sockets have been served; all who wait in one turn share it. */
export function spareTurns(): () => Promise<void> {
  let waiting: Promise<void> | undefined;
  return () => {
    waiting ??= new Promise((resolve) => {
      setImmediate(() => {
        waiting = undefined;
        resolve();
      });
    });
    return waiting;
  };
}
