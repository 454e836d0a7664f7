// One actor's turn: takes messages, runs handlers, applies what they hand back.
// Knows nothing of who else runs, or of how an end is told.
import { endCell } from "./actor-end.ts";
import { actorLifecycle } from "./actor-lifecycle.ts";
import { Chain } from "./base/index.ts";
import { resultInvalid } from "./call-errors.ts";
import type { Cell } from "./cell.ts";
import { CellSelf } from "./cell-self.ts";
import { thrownReason } from "./exit.ts";
import { type ExitReason, HandledMessage } from "./exit-reason.ts";
import { follow, stopIdling } from "./follow.ts";
import { Directive, Ignore, Next, NoReply, Refusal, Reply, Stop, UNCHANGED } from "./handler-result.ts";
import {
  CALL,
  CAST,
  CONTINUE,
  INFO,
  INIT,
  INIT_ENTRY,
  type MessageEntry,
  PARENT_EXIT,
  type RunHandler,
  STOP,
  TERMINATE,
  WORK_FAILED,
} from "./message-entry.ts";
import type { PendingCall } from "./pending-call.ts";

/** Runs a cell for at most `budget` messages and says how many it took. */
export function runTurn(cell: Cell, budget: number): number {
  if (cell.isSuspended) return 1;
  if (cell.isIdling) stopIdling(cell);
  if (cell.status === "starting") {
    begin(cell);
    return 1;
  }
  let handled = 0;
  while (handled < budget && cell.status === "running" && !cell.isSuspended && cell.take()) {
    handled++;
    handle(cell);
  }
  cell.handledCount += handled;
  return handled === 0 ? 1 : handled;
}

/** Runs a cell's `init`. */
export function begin(cell: Cell): void {
  cell.entry = INIT_ENTRY;
  run(cell, cell.behaviour.start, cell.payload);
}

/** Takes note that the `init` of a cell whose actor runs elsewhere is done there. */
export function begun(cell: Cell): void {
  cell.isSuspended = false;
  apply(cell, undefined);
}

/** Handles the message that the cell has taken. */
function handle(cell: Cell): void {
  const { entry, payload } = cell;
  if (entry === undefined) return;
  switch (entry.kind) {
    case CALL:
      // The door puts a PendingCall beside every call entry, and nothing else.
      run(cell, entry.handler, (payload as PendingCall).payload);
      return;
    case CAST:
    case CONTINUE:
      run(cell, entry.handler, payload);
      return;
    case INFO:
      if (entry.handler === undefined) {
        cell.reportDropped("no-handler", new HandledMessage("info", "", payload));
        done(cell);
        return;
      }
      run(cell, entry.handler, payload);
      return;
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

/** Nothing is being handled any more. */
function done(cell: Cell): void {
  cell.entry = undefined;
  cell.payload = undefined;
}

/** Runs one handler; a promise suspends the actor, anything else is applied at once. */
function run(cell: Cell, handler: RunHandler | undefined, payload: unknown): void {
  const { kernel } = cell;
  // A supervisor may be starting this actor in its own turn.
  const outer = kernel.running;
  let result: unknown;
  kernel.running = cell;
  try {
    cell.self ??= new CellSelf(cell);
    result = handler?.(cell.state, payload, cell.self);
  } catch (error) {
    kernel.running = outer;
    fail(cell, error);
    return;
  }
  kernel.running = outer;
  if (result instanceof Promise) suspend(cell, result);
  else apply(cell, result);
}

function suspend(cell: Cell, promise: Promise<unknown>): void {
  const { entry } = cell;
  cell.isSuspended = true;
  promise.then(
    (result) => {
      cell.isSuspended = false;
      if (!cell.isAlive) return discard(cell, entry, result);
      apply(cell, result);
      if (cell.isReady) cell.kernel.scheduler.schedule(cell);
    },
    (error: unknown) => {
      cell.isSuspended = false;
      // The actor's end has been told already; a second one would be told to nobody.
      if (!cell.isAlive) return discard(cell, entry, error);
      fail(cell, error);
    },
  );
}

/** Drops what a handler hands back after its actor's end. */
function discard(cell: Cell, entry: MessageEntry | undefined, result: unknown): void {
  // Nobody waits for this work any more; its rejection would otherwise be the process's.
  if (result instanceof NoReply) result.work?.catch(() => undefined);
  cell.reportDropped("late-outcome", cell.messageOf(entry));
}

function apply(cell: Cell, result: unknown): void {
  const { entry } = cell;
  // Killed while its handler ran: what the handler hands back belongs to nobody.
  if (entry === undefined || cell.status === "exited") {
    discard(cell, entry, result);
    return;
  }
  switch (entry.kind) {
    case CALL:
      applyCall(cell, result);
      return;
    case INIT:
      applyInit(cell, result);
      return;
    case TERMINATE:
      return;
    default:
      if (result instanceof Directive) {
        applyDirective(cell, result, "the next state, stop(…) or next(…)");
        return;
      }
      cell.state = result;
      done(cell);
  }
}

function applyCall(cell: Cell, result: unknown): void {
  const { call } = cell;
  if (call === undefined) return;
  if (result instanceof Reply) {
    if (result.state !== UNCHANGED) cell.state = result.state;
    done(cell);
    call.reply(result.value);
  } else if (result instanceof NoReply) {
    if (result.state !== UNCHANGED) cell.state = result.state;
    done(cell);
    if (call.isOpen) {
      cell.deferred ??= new Chain();
      call.deferredPlace = cell.deferred.add(call);
    }
    result.work?.then(
      (value) => call.reply(value),
      (error: unknown) => call.fail(error),
    );
  } else if (result instanceof Stop) {
    applyStop(cell, result);
  } else if (result instanceof Refusal) {
    if (result.state !== UNCHANGED) cell.state = result.state;
    done(cell);
    call.fail(result.error);
  } else {
    applyDirective(cell, result, "reply(…), noReply(…), replyLater(…), refuse(…), stop(…) or next(…)");
  }
}

function applyInit(cell: Cell, result: unknown): void {
  if (result instanceof Ignore) {
    cell.isIgnored = true;
    endCell(cell, "normal");
    return;
  }
  if (result instanceof Stop) {
    endCell(cell, result.reason);
    return;
  }
  if (result instanceof Directive) {
    applyDirective(cell, result, "a first state, ignore(), stop(…) or next(…)");
    return;
  }
  cell.state = result;
  done(cell);
  // Made again for the first message: of 1,000,000 actors that have only started it is 32 MB.
  cell.self = undefined;
  cell.isUrgent = cell.behaviour.kind === "supervisor";
  cell.status = actorLifecycle.next(cell.status, "started");
  const { starter } = cell;
  cell.starter = undefined;
  if (cell.kernel.bus.has("runtime.actor.started")) {
    cell.kernel.bus.emit("runtime.actor.started", cell.name, {}, { actor: cell.name, actorId: cell.actorId });
  }
  starter?.resolve(cell.ref);
}

/** Takes what is neither a plain state nor a plain answer: an end, or a result with something to follow; all else ends the actor. */
function applyDirective(cell: Cell, result: unknown, expected: string): void {
  if (result instanceof Stop) {
    applyStop(cell, result);
  } else if (result instanceof Next) {
    apply(cell, result.result);
    if (cell.status !== "running") return;
    const fault = follow(cell, result.following);
    if (fault !== undefined) fail(cell, fault);
  } else {
    fail(cell, resultInvalid(cell.name, cell.handled, expected, result));
  }
}

function applyStop(cell: Cell, stop: Stop<unknown, unknown>): void {
  if (stop.state !== UNCHANGED) cell.state = stop.state;
  finish(cell, stop.reason, stop.answer);
}

/** Ends the actor for what was thrown: an `exit(reason)` as it is, anything else as a failure with the message being handled. */
function fail(cell: Cell, thrown: unknown): void {
  if (!cell.isAlive) {
    discard(cell, cell.entry, thrown);
    return;
  }
  const reason = thrownReason(thrown, cell.handled);
  if (cell.status === "running") finish(cell, reason, undefined);
  else endCell(cell, reason);
}

/** Runs `terminate`, then answers the call that asked for the end, then ends. */
function finish(cell: Cell, reason: ExitReason, answer: { readonly value: unknown } | undefined): void {
  cell.status = actorLifecycle.next(cell.status, "stopping");
  const { terminate } = cell.behaviour;
  const { call } = cell;
  const end = (last: ExitReason): void => {
    if (!cell.isAlive) return;
    if (answer !== undefined) call?.reply(answer.value);
    endCell(cell, last);
  };
  if (terminate === undefined) {
    end(reason);
    return;
  }
  const failed = (thrown: unknown): void => end(thrownReason(thrown, new HandledMessage("terminate", "", undefined)));
  const { kernel } = cell;
  const outer = kernel.running;
  let result: unknown;
  kernel.running = cell;
  try {
    cell.self ??= new CellSelf(cell);
    result = terminate(reason, cell.state, cell.self);
  } catch (error) {
    kernel.running = outer;
    failed(error);
    return;
  }
  kernel.running = outer;
  if (!(result instanceof Promise)) {
    end(reason);
    return;
  }
  cell.isSuspended = true;
  result.then(() => end(reason), failed);
}
