// Whom an actor is linked to: one as it is, more in a Set. Most actors have one link, to their supervisor, and a Set costs more than the actor.
// Knows nothing of exit signals, or of what is linked.

/** None, one, or several. */
export type Links<Peer> = Peer | Set<Peer> | undefined;

interface Linkable<Peer> {
  links: Links<Peer>;
}

export function addLink<Peer extends Linkable<Peer>>(one: Peer, other: Peer): void {
  const { links } = one;
  if (links === undefined) one.links = other;
  else if (links instanceof Set) links.add(other);
  else if (links !== other) one.links = new Set([links, other]);
}

export function dropLink<Peer extends Linkable<Peer>>(one: Peer, other: Peer): void {
  const { links } = one;
  if (links === other) one.links = undefined;
  else if (links instanceof Set) links.delete(other);
}

export function linked<Peer extends object>(links: Links<Peer>): Iterable<Peer> {
  if (links === undefined) return [];
  return links instanceof Set ? links : [links];
}
