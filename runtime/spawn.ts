// Starts actors: makes a cell, gives it its name and its parent, and says who waits for its start.
// Knows nothing of who asks, or of how handlers run.
import { endCell } from "./actor-end.ts";
import type { AnyActorRef, AnyBehaviour } from "./actor-ref.ts";
import type { SpawnOptions } from "./actor-system.ts";
import { hostUnknown, startFailed, startIgnored, startTimeout, systemStopped } from "./call-errors.ts";
import type { Cell, Starter } from "./cell.ts";
import { CellRef } from "./cell-ref.ts";
import { CellSelf } from "./cell-self.ts";
import type { AnyActorStart } from "./child-spec.ts";
import type { MaybePromise } from "./define-actor.ts";
import type { ExitReason } from "./exit-reason.ts";
import type { HostPlace, Kernel } from "./kernel.ts";
import { addLink } from "./links.ts";
import { toRunBehaviour } from "./message-entry.ts";
import { checkNameFree, takeName } from "./names.ts";
import type { Self } from "./self.ts";
import { begin } from "./turn.ts";

/** Starts an actor and answers nobody; a parent is linked to it. @throws SYSTEM_STOPPED, NAME_TAKEN, KEY_TAKEN, BEHAVIOUR_INVALID */
export function launch(
  kernel: Kernel<Cell>,
  behaviour: AnyBehaviour,
  args: unknown,
  options: SpawnOptions = {},
  parent?: Cell,
): Cell {
  const cell = bear(kernel, behaviour, args, options, parent);
  kernel.scheduler.schedule(cell);
  return cell;
}

/** Starts an actor and resolves once its `init` is done. */
export function spawnCell(
  kernel: Kernel<Cell>,
  behaviour: AnyBehaviour,
  args: unknown,
  options: SpawnOptions,
  parent: Cell | undefined,
): Promise<AnyActorRef> {
  return new Promise((resolve, reject) => {
    // Scheduled, but never run here and now: there is time to say who waits for it.
    awaitStart(launch(kernel, behaviour, args, options, parent), options.initTimeoutMs, resolve, reject);
  });
}

/**
 * Starts an actor for its parent, whose turn it is, and runs its `init` here and now: most are done at once, and then there is no promise
 * to wait for.
 *
 * Throws and rejects as `spawn` rejects.
 */
export function startNow(self: Self, start: AnyActorStart): MaybePromise<AnyActorRef> {
  const parent = CellSelf.cellOf(self);
  // What is left out of a start is left out of its options.
  const options = start as SpawnOptions;
  // A test's `self`, or one that has ended, says by itself what becomes of a start; a full event loop gets its breath first.
  if (parent === undefined || !parent.isAlive || !parent.kernel.scheduler.hasTimeFor(1)) {
    // The spec has paired behaviour and arguments; a behaviour of unknown type takes `never`.
    return self.spawnLink(start.behaviour, start.args as never, options);
  }
  const cell = bear(parent.kernel, start.behaviour, start.args, options, parent);
  cell.starter = NOBODY_YET;
  begin(cell);
  if (cell.status === "running") return cell.ref;
  if (!cell.isAlive) throw failedStart(cell);
  return new Promise((resolve, reject) => awaitStart(cell, start.initTimeoutMs, resolve, reject));
}

/** Sends a child its supervisor's exit signal; the reason where that ends it at once, as it does whoever traps no exits. */
export function endNow(self: Self, ref: AnyActorRef, reason: "shutdown" | "kill"): ExitReason | undefined {
  const cell = CellRef.cellOf(ref);
  const parent = CellSelf.cellOf(self);
  // Its supervisor knows of this end already: no EXIT need say it again.
  if (parent !== undefined && cell?.parent === parent && (reason === "kill" || !cell.behaviour.trapExit))
    cell.isTied = false;
  self.sendExit(ref, reason);
  return cell?.exitReason;
}

const NOBODY_YET: Starter = { resolve: () => undefined, reject: () => undefined };

function awaitStart(
  cell: Cell,
  initTimeoutMs: number | undefined,
  resolve: (ref: AnyActorRef) => void,
  reject: (error: unknown) => void,
): void {
  let isLate = false;
  const timer =
    initTimeoutMs === undefined
      ? undefined
      : cell.kernel.wheel.after(initTimeoutMs, () => {
          isLate = true;
          endCell(cell, "killed");
        });
  cell.starter = {
    resolve: (ref) => {
      timer?.cancel();
      resolve(ref);
    },
    reject: () => {
      timer?.cancel();
      reject(isLate ? startTimeout(cell.name, initTimeoutMs ?? 0) : failedStart(cell));
    },
  };
}

function failedStart(cell: Cell): Error {
  return cell.isIgnored ? startIgnored(cell.name) : startFailed(cell.name, cell.exitReason ?? "noproc");
}

function bear(
  kernel: Kernel<Cell>,
  behaviour: AnyBehaviour,
  args: unknown,
  options: SpawnOptions,
  parent: Cell | undefined,
): Cell {
  const { name, via, shutdownMs } = options;
  if (kernel.status !== "running") throw systemStopped(kernel.systemName);
  if (name !== undefined) checkNameFree(kernel, name);
  via?.checkFree();
  const cell =
    options.host === undefined
      ? kernel.newCell(toRunBehaviour(behaviour), name, parent, args)
      : placeOf(kernel, options.host).newCell(behaviour, name, parent, args);
  if (shutdownMs !== undefined) cell.shutdownMs = shutdownMs;
  cell.ref ??= new CellRef(cell);
  kernel.cells.add(cell);
  if (name !== undefined) takeName(cell, name);
  via?.claim(cell.ref);
  if (parent !== undefined) addLink(cell, parent);
  return cell;
}

function placeOf(kernel: Kernel<Cell>, host: AnyActorRef | string): HostPlace<Cell> {
  const cell = typeof host === "string" ? kernel.names.get(host) : kernel.cellOf(host);
  const place = cell === undefined ? undefined : kernel.places.get(cell);
  if (place !== undefined) return place;
  throw hostUnknown(typeof host === "string" ? `"${host}"` : `actor "${host.actorName}"`);
}
