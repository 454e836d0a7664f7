// The registry: a name has one living actor, an actor may have many names.
// Knows nothing of messages. Names are freed by the actor's end.
import { actorDown, nameTaken } from "./call-errors.ts";
import type { Cell } from "./cell.ts";
import { HandledMessage } from "./exit-reason.ts";
import type { Kernel } from "./kernel.ts";

/** Gives a living cell a name. @throws NAME_TAKEN (also where it is its own), ACTOR_DOWN */
export function registerName(cell: Cell, name: string): void {
  if (!cell.isAlive) throw actorDown(cell.name, cell.actorId, "noproc", new HandledMessage("info", "register", name));
  const { names } = cell.kernel;
  const holder = names.get(name);
  if (holder !== undefined) throw nameTaken(name, holder.name, holder.actorId);
  names.set(name, cell);
  // Not an empty list and a push: that makes room for seventeen names.
  if (cell.names === undefined) cell.names = [name];
  else cell.names.push(name);
}

/** Frees a name; false if nobody had it. */
export function unregisterName(kernel: Kernel<Cell>, name: string): boolean {
  const cell = kernel.names.get(name);
  if (cell === undefined) return false;
  kernel.names.delete(name);
  cell.names = cell.names?.filter((kept) => kept !== name);
  return true;
}
