// One actor's turn: takes messages and runs their handlers.
// Knows nothing of who else runs, or of what comes of a handler's result.
import type { Cell } from "./cell.ts";
import { CellSelf } from "./cell-self.ts";
import { type ExitReason, HandledMessage } from "./exit-reason.ts";
import { stopIdling } from "./follow.ts";
import { Reply, UNCHANGED } from "./handler-result.ts";
import {
  CALL,
  CAST,
  CONTINUE,
  INFO,
  INIT_ENTRY,
  type MessageEntry,
  PARENT_EXIT,
  STOP,
  WORK_FAILED,
} from "./message-entry.ts";
import { apply, done, fail, finish, suspend } from "./outcome.ts";
import type { PendingCall } from "./pending-call.ts";

/** Runs a cell for at most `budget` messages and says how many it took. */
export function runTurn(cell: Cell, budget: number): number {
  if (cell.isSuspended) return 1;
  if (cell.isIdling) stopIdling(cell);
  if (cell.status === "starting") {
    begin(cell);
    return 1;
  }
  const { kernel } = cell;
  const outer = kernel.running;
  let handled = 0;
  kernel.running = cell;
  try {
    while (handled < budget && cell.mayHandle && cell.take()) {
      handled++;
      handle(cell);
    }
  } finally {
    kernel.running = outer;
  }
  cell.handledCount += handled;
  return handled === 0 ? 1 : handled;
}

/**
 * Handles a message that never lay in the cell's mailbox: its share of one that was sent to many.
 *
 * The cell takes note of the message only where that matters for what comes of it: while the handler runs, whoever gave the share knows it.
 */
export function handleShare(cell: Cell, message: unknown): void {
  const { info } = cell.behaviour;
  const { handler } = info;
  cell.handledCount++;
  let result: unknown;
  try {
    if (handler === undefined) {
      handleOther(cell, info, message);
      return;
    }
    cell.self ??= new CellSelf(cell);
    result = handler(cell.state, message, cell.self);
  } catch (error) {
    cell.entry = info;
    cell.payload = message;
    fail(cell, error);
    return;
  }
  if (typeof result !== "object" && cell.isRunning) {
    cell.state = result;
    return;
  }
  if (cell.isAlive) {
    cell.entry = info;
    cell.payload = message;
  }
  settle(cell, result);
}

/** Runs a cell's `init`. */
export function begin(cell: Cell): void {
  const { kernel } = cell;
  // A supervisor may be starting this actor in its own turn.
  const outer = kernel.running;
  kernel.running = cell;
  cell.entry = INIT_ENTRY;
  try {
    let result: unknown;
    try {
      cell.self ??= new CellSelf(cell);
      result = cell.behaviour.start(undefined, cell.payload, cell.self);
    } catch (error) {
      fail(cell, error);
      return;
    }
    if (result instanceof Promise) suspend(cell, result);
    else apply(cell, result);
  } finally {
    kernel.running = outer;
  }
}

/** Takes note that the `init` of a cell whose actor runs elsewhere is done there. */
export function begun(cell: Cell): void {
  cell.isSuspended = false;
  apply(cell, undefined);
}

// Handlers are called in four places, one per kind of message and one for shares. Rejected: one place for all. V8 remembers by its place
// whom a call reaches, and what has reached several functions is neither inlined nor called directly any more.

/** Handles the message that the cell has taken. */
function handle(cell: Cell): void {
  const { entry, payload } = cell;
  if (entry === undefined) return;
  // The door puts a PendingCall beside every call entry, and nothing else.
  if (entry.kind === CALL) handleCall(cell, entry, payload as PendingCall);
  else if (entry.kind === CAST) handleCast(cell, entry, payload);
  else handleOther(cell, entry, payload);
}

function handleCall(cell: Cell, { handler }: MessageEntry, call: PendingCall): void {
  let result: unknown;
  try {
    cell.self ??= new CellSelf(cell);
    result = handler?.(cell.state, call.payload, cell.self);
  } catch (error) {
    fail(cell, error);
    return;
  }
  if (result instanceof Reply && cell.isRunning) {
    if (result.state !== UNCHANGED) cell.state = result.state;
    done(cell);
    call.reply(result.value);
  } else if (result instanceof Promise) suspend(cell, result);
  else apply(cell, result);
}

function handleCast(cell: Cell, { handler }: MessageEntry, payload: unknown): void {
  let result: unknown;
  try {
    cell.self ??= new CellSelf(cell);
    result = handler?.(cell.state, payload, cell.self);
  } catch (error) {
    fail(cell, error);
    return;
  }
  settle(cell, result);
}

function handleOther(cell: Cell, { kind, handler }: MessageEntry, payload: unknown): void {
  switch (kind) {
    case INFO:
    case CONTINUE: {
      if (handler === undefined) {
        cell.reportDropped("no-handler", new HandledMessage("info", "", payload));
        done(cell);
        return;
      }
      let result: unknown;
      try {
        cell.self ??= new CellSelf(cell);
        result = handler(cell.state, payload, cell.self);
      } catch (error) {
        fail(cell, error);
        return;
      }
      settle(cell, result);
      return;
    }
    case PARENT_EXIT:
    case STOP:
      done(cell);
      // The doors put an exit reason beside both.
      finish(cell, payload as ExitReason, undefined);
      return;
    case WORK_FAILED:
      cell.payload = undefined;
      fail(cell, payload);
      return;
    default:
      return;
  }
}

/** Takes what a handler has handed back that answers nobody. */
function settle(cell: Cell, result: unknown): void {
  if (typeof result === "object" && result instanceof Promise) suspend(cell, result);
  // What is no object is no directive either: it is the next state.
  else if (typeof result === "object" || !cell.isRunning) apply(cell, result);
  else {
    cell.state = result;
    done(cell);
  }
}
