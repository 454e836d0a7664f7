// What comes after a handler without a message from anyone: a continue, or a timeout while nothing arrives.
// Knows nothing of how handlers are run.

import type { BaseError } from "./base/index.ts";
import { continueUnhandled } from "./call-errors.ts";
import type { Cell } from "./cell.ts";
import type { NextOptions } from "./handler-result.ts";
import { Timeout } from "./system-message.ts";

/** Does what `next` asked for; returns the error where the behaviour cannot. */
export function follow(cell: Cell, { continueWith, timeoutMs }: NextOptions): BaseError | undefined {
  if (timeoutMs !== undefined) {
    startIdling(cell, timeoutMs);
    return undefined;
  }
  if (cell.behaviour.continuing.handler === undefined) return continueUnhandled(cell.name);
  cell.pushFirst(cell.behaviour.continuing, continueWith);
  return undefined;
}

function startIdling(cell: Cell, timeoutMs: number): void {
  // Something waits already: it has withdrawn the timeout.
  if (cell.waiting > 0) return;
  const tell = (): void => cell.push(cell.behaviour.info, new Timeout(timeoutMs));
  if (timeoutMs === 0) {
    tell();
    return;
  }
  cell.idle = cell.kernel.wheel.after(timeoutMs, () => {
    cell.idle = undefined;
    // A message may have arrived and wait for its turn.
    if (cell.isAlive && cell.waiting === 0) tell();
  });
}

/** Withdraws the timeout of an actor whose turn it is: only a message gives an idle actor a turn. */
export function stopIdling(cell: Cell): void {
  cell.idle?.cancel();
  cell.idle = undefined;
}
