// Does one thing after another, and waits only where there is something to wait for: most actors start and end at once, and a promise
// for each costs more than its start.
// Knows nothing of what is done.
import type { MaybePromise } from "./define-actor.ts";

/** What comes of a value, now or when it is there. */
export function whenThere<Value, Result>(
  value: MaybePromise<Value>,
  use: (value: Value) => MaybePromise<Result>,
): MaybePromise<Result> {
  return value instanceof Promise ? value.then(use) : use(value);
}

/** Works on one item after the other; the first outcome that is not undefined ends it, and is the answer. */
export function eachInTurn<Item, Outcome>(
  items: readonly Item[],
  work: (item: Item) => MaybePromise<Outcome | undefined>,
): MaybePromise<Outcome | undefined> {
  for (let at = 0; at < items.length; at++) {
    // Within the array's length there is an item.
    const outcome = work(items[at] as Item);
    if (outcome instanceof Promise) return rest(outcome, items, at + 1, work);
    if (outcome !== undefined) return outcome;
  }
  return undefined;
}

async function rest<Item, Outcome>(
  first: Promise<Outcome | undefined>,
  items: readonly Item[],
  from: number,
  work: (item: Item) => MaybePromise<Outcome | undefined>,
): Promise<Outcome | undefined> {
  let outcome: Outcome | undefined = await first;
  for (let at = from; at < items.length && outcome === undefined; at++) {
    // Within the array's length there is an item.
    const next = work(items[at] as Item);
    outcome = next instanceof Promise ? await next : next;
  }
  return outcome;
}
