// Whom an actor is linked to: its parent by a flag of its own, one more as it is, several in a Set. Most actors have their parent and
// nobody else, and a Set costs more than the actor.
// Knows nothing of exit signals, or of what is linked.

/** None, one, or several. */
export type Links<Peer> = Peer | Set<Peer> | undefined;

interface Linkable<Peer> {
  readonly parent: Peer | undefined;
  links: Links<Peer>;
  isTied: boolean;
}

/** Links both to each other; once is enough. */
export function addLink<Peer extends Linkable<Peer>>(one: Peer, other: Peer): void {
  if (one.parent === other) one.isTied = true;
  else if (other.parent === one) other.isTied = true;
  else {
    addPeer(one, other);
    addPeer(other, one);
  }
}

/** Unlinks both. */
export function dropLink<Peer extends Linkable<Peer>>(one: Peer, other: Peer): void {
  if (one.parent === other) one.isTied = false;
  else if (other.parent === one) other.isTied = false;
  else {
    dropPeer(one, other);
    dropPeer(other, one);
  }
}

/** Whether the two are linked. */
export function isLinked<Peer extends Linkable<Peer>>(one: Peer, other: Peer): boolean {
  if (one.parent === other) return one.isTied;
  if (other.parent === one) return other.isTied;
  const { links } = one;
  return links === other || (links instanceof Set && links.has(other));
}

/** Those linked to one, its parent first, its children last. */
export function linkedTo<Peer extends Linkable<Peer>>(one: Peer, children: readonly Peer[]): readonly Peer[] {
  const { parent, links } = one;
  const peers: Peer[] = [];
  if (parent !== undefined && one.isTied) peers.push(parent);
  if (links instanceof Set) for (const peer of links) peers.push(peer);
  else if (links !== undefined) peers.push(links);
  for (const child of children) if (child.isTied) peers.push(child);
  return peers;
}

function addPeer<Peer extends Linkable<Peer>>(one: Peer, other: Peer): void {
  const { links } = one;
  if (links === undefined) one.links = other;
  else if (links instanceof Set) links.add(other);
  else if (links !== other) one.links = new Set([links, other]);
}

function dropPeer<Peer extends Linkable<Peer>>(one: Peer, other: Peer): void {
  const { links } = one;
  if (links === other) one.links = undefined;
  else if (links instanceof Set) links.delete(other);
}
