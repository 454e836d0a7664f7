// Waits for what other turns of the event loop bring about, without looking at the time.
// Knows nothing of what is waited for.

/** Lets everything that is ready run, until the condition holds. Fails after many turns, naming what never came. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 20_000; turn++) {
    if (await holds()) return;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  throw new Error(`It never came to this: ${what}.`);
}

/** Lets everything that is ready run, with what it makes ready. */
export async function turns(count = 20): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** What a promise rejects with; fails where it resolves. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`Expected a rejection, got ${JSON.stringify(value)}.`);
    },
    (error: unknown) => error,
  );
}
