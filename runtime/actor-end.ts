// How an actor ends, and how everybody who must know is told: callers, monitors, links, in that order.
// Knows nothing of handlers.
import { actorLifecycle } from "./actor-lifecycle.ts";
import { actorDown, actorEnded } from "./call-errors.ts";
import type { Cell } from "./cell.ts";
import type { Watcher } from "./cell-parts.ts";
import { describeReason, type ExitReason, Failure, type HandledMessage, isClean } from "./exit-reason.ts";
import { addLink, dropLink, isLinked, linkedTo } from "./links.ts";
import { INFO, PARENT_EXIT_ENTRY } from "./message-entry.ts";
import { freeNames } from "./names.ts";
import type { PendingCall } from "./pending-call.ts";
import type { Alias, Monitor } from "./self.ts";
import { Down, Exit } from "./system-message.ts";

/**
 * Ends an actor here and now: what its handlers still do is fenced off from this line on.
 *
 * Told after the deaths that are being told already, so that a chain of links of any length does not nest.
 */
export function endCell(cell: Cell, reason: ExitReason): void {
  if (cell.status === "exited") return;
  const { kernel } = cell;
  const message = cell.handled;
  cell.status = actorLifecycle.next(cell.status, "ended");
  cell.state = reason;
  const children = kernel.cells.delete(cell);
  // The name is free and the signal aborted before anyone hears of the end.
  freeNames(cell);
  const { deaths } = kernel;
  if (kernel.isTelling) {
    deaths.push(() => tellDeath(cell, reason, message, children));
    return;
  }
  kernel.isTelling = true;
  try {
    tellDeath(cell, reason, message, children);
    for (let next = 0; next < deaths.length; next++) deaths[next]?.();
  } finally {
    // A defect while one death is told must not keep all later ones untold.
    kernel.isTelling = false;
    if (deaths.length > 0) deaths.length = 0;
  }
}

function tellDeath(
  cell: Cell,
  reason: ExitReason,
  message: HandledMessage | undefined,
  children: readonly Cell[],
): void {
  cell.abort?.abort(actorEnded(cell.name, cell.actorId, reason));
  const pendingCalls = failCalls(cell, reason);
  const { watchers, starter, kernel } = cell;
  // A failed start is told to whoever started it by the start's own promise, and by nothing else.
  if (starter !== undefined) cell.isTied = false;
  const peers = linkedTo(cell, children);
  cell.starter = undefined;
  if (cell.monitors !== undefined) for (const withdraw of cell.monitors.values()) withdraw();
  cell.idle?.cancel();
  cell.forget();
  if (kernel.bus.has("runtime.actor.exited")) {
    kernel.bus.emit(
      "runtime.actor.exited",
      cell.name,
      { pendingCalls },
      {
        actor: cell.name,
        actorId: cell.actorId,
        reason: describeReason(reason),
        clean: isClean(reason),
        ...(reason instanceof Failure && reason.message !== undefined
          ? { message: String(reason.message) }
          : message === undefined
            ? {}
            : { message: String(message) }),
      },
    );
  }
  starter?.reject(reason);
  if (watchers !== undefined) for (const watcher of watchers) watcher.tell(reason);
  for (const peer of peers) {
    if (!isLinked(peer, cell)) continue;
    dropLink(peer, cell);
    signalExit(peer, cell, reason, "link");
  }
}

/** Fails the call being handled, those not answered yet and those never begun. */
function failCalls(cell: Cell, reason: ExitReason): number {
  if (cell.call === undefined && cell.deferred === undefined && cell.waiting === 0) return 0;
  let count = 0;
  const fail = (call: PendingCall): void => {
    if (!call.isOpen) return;
    count++;
    call.giveUp(actorDown(cell.name, cell.actorId, reason, call.message));
  };
  if (cell.call !== undefined) fail(cell.call);
  if (cell.deferred !== undefined) for (const call of cell.deferred.takeAll()) fail(call);
  while (cell.take()) if (cell.call !== undefined) fail(cell.call);
  return count;
}

/**
 * Delivers an exit signal at once.
 *
 * `kill` sent by hand cannot be trapped; the same reason through a link can. `obeys` says that the sender has a parent's
 * word even where it is no actor: the system stopping what it started.
 */
export function signalExit(
  target: Cell,
  from: Cell | undefined,
  reason: ExitReason,
  way: "link" | "sent" | "obeys",
): void {
  if (target.status === "exited") return;
  if (way !== "link" && reason === "kill") {
    endCell(target, "killed");
    return;
  }
  const isParent = way === "obeys" || (from !== undefined && from === target.parent);
  const { remote, trapExit } = target.behaviour;
  if (remote !== undefined) {
    remote.signal(target, from, reason, isParent ? "obeys" : way);
    return;
  }
  if (trapExit) {
    if (isParent) target.pushEnd(PARENT_EXIT_ENTRY, reason);
    else target.push(target.behaviour.info, new Exit(from?.ref, reason));
    return;
  }
  if (reason === "normal" && from !== target) return;
  endCell(target, reason);
}

/** Ties two actors; once is enough, and both ways. */
export function linkCells(a: Cell, b: Cell): void {
  if (a === b) return;
  if (!b.isAlive) {
    signalExit(a, b, "noproc", "link");
    return;
  }
  const { remote } = b.behaviour;
  if (remote?.link !== undefined) remote.link(a, b);
  else addLink(a, b);
}

/** Unties two actors, and takes out an EXIT that has arrived already. */
export function unlinkCells(a: Cell, b: Cell): void {
  dropLink(a, b);
  a.removeWaiting((entry, payload) => entry.kind === INFO && payload instanceof Exit && payload.from === b.ref);
  b.behaviour.remote?.unlink?.(a, b);
}

/** Watches an actor, or a name that nobody has, for another one. */
export function monitorCell(watcher: Cell, watched: Cell | undefined, alias?: Alias): Monitor {
  const monitorId = watcher.kernel.nextMonitorId++;
  const monitor: Monitor = { monitorId, ref: watched?.ref, ...(alias === undefined ? {} : { alias }) };
  const tell = (reason: ExitReason): void => {
    alias?.close();
    watcher.monitors?.delete(monitor.monitorId);
    if (watcher.isAlive) watcher.push(watcher.behaviour.info, new Down(monitor, watched?.ref, reason));
  };
  if (watched === undefined || !watched.isAlive) {
    tell("noproc");
    return monitor;
  }
  const entry: Watcher = { tell };
  watched.watchers ??= new Set();
  watched.watchers.add(entry);
  watcher.monitors ??= new Map();
  watcher.monitors.set(monitor.monitorId, () => watched.watchers?.delete(entry));
  return monitor;
}

/** Withdraws a monitor, and takes out a DOWN that has arrived already. */
export function demonitorCell(watcher: Cell, monitor: Monitor): void {
  monitor.alias?.close();
  watcher.monitors?.get(monitor.monitorId)?.();
  watcher.monitors?.delete(monitor.monitorId);
  watcher.removeWaiting(
    (entry, payload) => entry.kind === INFO && payload instanceof Down && payload.monitor === monitor,
  );
}
