// What comes of a message: what its handler handed back, promised or threw is applied to the actor.
// Knows nothing of who runs when, or of how an end is told.
import { endCell } from "./actor-end.ts";
import { actorLifecycle } from "./actor-lifecycle.ts";
import { Chain } from "./base/index.ts";
import { resultInvalid } from "./call-errors.ts";
import type { Cell } from "./cell.ts";
import { CellSelf } from "./cell-self.ts";
import { thrownReason } from "./exit.ts";
import { type ExitReason, HandledMessage } from "./exit-reason.ts";
import { follow } from "./follow.ts";
import { Directive, Ignore, Next, NoReply, Refusal, Reply, Stop, UNCHANGED } from "./handler-result.ts";
import { CALL, INIT, type MessageEntry, TERMINATE } from "./message-entry.ts";

/** Nothing is being handled any more. */
export function done(cell: Cell): void {
  cell.entry = undefined;
  cell.payload = undefined;
}

/** Waits for what a handler has promised; its actor takes no message meanwhile. */
export function suspend(cell: Cell, promise: Promise<unknown>): void {
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

/** Takes what the handler of the message being handled hands back, or what its promise came to. */
export function apply(cell: Cell, result: unknown): void {
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
    // Before anybody hears of it, who may send: what waits already keeps its place.
    if (cell.isReady) cell.kernel.scheduler.schedule(cell);
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
export function fail(cell: Cell, thrown: unknown): void {
  if (!cell.isAlive) {
    discard(cell, cell.entry, thrown);
    return;
  }
  const reason = thrownReason(thrown, cell.handled);
  if (cell.status === "running") finish(cell, reason, undefined);
  else endCell(cell, reason);
}

/** Runs `terminate`, then answers the call that asked for the end, then ends. */
export function finish(cell: Cell, reason: ExitReason, answer: { readonly value: unknown } | undefined): void {
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
