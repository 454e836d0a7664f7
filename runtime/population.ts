// Who lives in a system: each actor stands among its parent's children, or among the tops where no living parent has it.
// Knows nothing of links, names or ends.

/** One who lives: the fields that its population keeps in it, so that an idle actor is in no Set. */
export interface Person<Self> {
  readonly actorId: number;
  readonly parent: Self | undefined;
  /** Whether it stands among the tops. */
  isTop: boolean;
  previous: Self | undefined;
  next: Self | undefined;
  /** Made when there is one. */
  children: Siblings<Self> | undefined;
}

/** Children of one parent, first to last. */
export interface Siblings<Self> {
  first: Self | undefined;
  last: Self | undefined;
}

/** The living of one system. */
export class Population<Self extends Person<Self>> implements Iterable<Self> {
  readonly #tops: Siblings<Self> = { first: undefined, last: undefined };
  size = 0;

  /** Adds one as the last child of its parent, who lives, or as a top. */
  add(one: Self): void {
    this.size++;
    const { parent } = one;
    if (parent === undefined) this.#addTop(one);
    else {
      parent.children ??= { first: undefined, last: undefined };
      append(parent.children, one);
    }
  }

  /** Takes one out, and answers its children, who are tops from now on. */
  delete(one: Self): readonly Self[] {
    const siblings = one.isTop ? this.#tops : one.parent?.children;
    // One who lives elsewhere, and is only known here, was never added.
    if (siblings === undefined) return NOBODY;
    this.size--;
    remove(siblings, one);
    const left = one.children;
    if (left === undefined || left.first === undefined) return NOBODY;
    const orphans: Self[] = [];
    for (let orphan = left.first as Self | undefined; orphan !== undefined; orphan = left.first) {
      remove(left, orphan);
      this.#addTop(orphan);
      orphans.push(orphan);
    }
    return orphans;
  }

  /** Those without a living parent, in the order in which they were spawned. */
  tops(): readonly Self[] {
    const tops: Self[] = [];
    for (let one = this.#tops.first; one !== undefined; one = one.next) tops.push(one);
    // Orphans came to the tops later than they came to life.
    return tops.sort((a, b) => a.actorId - b.actorId);
  }

  /** Parents before their children. Not recursive: chains of actors may be long. */
  *[Symbol.iterator](): Generator<Self> {
    for (let one = this.#tops.first; one !== undefined; one = after(one)) yield one;
  }

  #addTop(one: Self): void {
    one.isTop = true;
    append(this.#tops, one);
  }
}

const NOBODY: readonly never[] = [];

function append<Self extends Person<Self>>(siblings: Siblings<Self>, one: Self): void {
  const { last } = siblings;
  one.previous = last;
  if (last === undefined) siblings.first = one;
  else last.next = one;
  siblings.last = one;
}

function remove<Self extends Person<Self>>(siblings: Siblings<Self>, one: Self): void {
  const { previous, next } = one;
  if (previous === undefined) siblings.first = next;
  else previous.next = next;
  if (next === undefined) siblings.last = previous;
  else next.previous = previous;
  one.previous = undefined;
  one.next = undefined;
}

function after<Self extends Person<Self>>(one: Self): Self | undefined {
  if (one.children?.first !== undefined) return one.children.first;
  for (let at: Self | undefined = one; at !== undefined; at = at.isTop ? undefined : at.parent) {
    if (at.next !== undefined) return at.next;
  }
  return undefined;
}
