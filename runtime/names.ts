// The registry: a name has one living actor, an actor may have many names.
// Knows nothing of messages. Names are freed by the actor's end.
import { actorDown, nameTaken } from "./call-errors.ts";
import type { Cell } from "./cell.ts";
import { HandledMessage } from "./exit-reason.ts";
import type { Kernel } from "./kernel.ts";

/** Gives a living cell a name. @throws NAME_TAKEN (also where it is its own), ACTOR_DOWN */
export function registerName(cell: Cell, name: string): void {
  if (!cell.isAlive) throw actorDown(cell.name, cell.actorId, "noproc", new HandledMessage("info", "register", name));
  checkNameFree(cell.kernel, name);
  takeName(cell, name);
}

/** @throws NAME_TAKEN */
export function checkNameFree(kernel: Kernel<Cell>, name: string): void {
  const holder = kernel.names.get(name);
  if (holder !== undefined) throw nameTaken(name, holder.name, holder.actorId);
}

/** Gives a living cell a name that is free. */
export function takeName(cell: Cell, name: string): void {
  cell.kernel.names.set(name, cell);
  cell.kernel.elsewhere?.taken(name, cell);
  if (name === cell.givenName) cell.hasGivenName = true;
  else if (cell.otherNames === undefined) cell.otherNames = [name];
  else cell.otherNames.push(name);
}

/** Frees a name; false if nobody had it. */
export function unregisterName(kernel: Kernel<Cell>, name: string): boolean {
  const cell = kernel.names.get(name);
  if (cell === undefined) return false;
  kernel.names.delete(name);
  kernel.elsewhere?.freed(name);
  if (name === cell.givenName) cell.hasGivenName = false;
  else cell.otherNames = cell.otherNames?.filter((kept) => kept !== name);
  return true;
}

/** Frees all names of a cell. */
export function freeNames(cell: Cell): void {
  const { kernel, givenName, otherNames } = cell;
  if (givenName !== undefined && cell.hasGivenName) kernel.names.delete(givenName);
  if (otherNames === undefined) return;
  for (const name of otherNames) kernel.names.delete(name);
  cell.otherNames = undefined;
}
