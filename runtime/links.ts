// Whom an actor is linked to: one cell as it is, more in a Set. Most actors have one link, to their supervisor, and a Set costs more than the actor.
// Knows nothing of exit signals.
import type { Cell } from "./cell.ts";

/** None, one, or several. */
export type Links = Cell | Set<Cell> | undefined;

export function addLink(cell: Cell, other: Cell): void {
  const { links } = cell;
  if (links === undefined) cell.links = other;
  else if (links instanceof Set) links.add(other);
  else if (links !== other) cell.links = new Set([links, other]);
}

export function dropLink(cell: Cell, other: Cell): void {
  const { links } = cell;
  if (links === other) cell.links = undefined;
  else if (links instanceof Set) links.delete(other);
}

export function linked(links: Links): Iterable<Cell> {
  if (links === undefined) return [];
  return links instanceof Set ? links : [links];
}
