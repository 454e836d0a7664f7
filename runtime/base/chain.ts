// A list that many short-lived things enter and leave at any place, in the order they came.
// Knows nothing of what it links.

/** One place in a chain, given back to leave it. */
export class ChainLink<Value> {
  readonly value: Value;
  /** The chain's own. */
  _previous: ChainLink<Value> | undefined = undefined;
  /** The chain's own. */
  _next: ChainLink<Value> | undefined = undefined;

  constructor(value: Value) {
    this.value = value;
  }
}

/**
 * Values in the order they came, each of which can leave at once.
 *
 * Rejected: a Set. V8 gives a Set whose entries come and go a new table every few of them, and each old table points to the next: the
 * first that is tenured keeps all later ones, and what stood in them, until the next full collection. A third of all calls were.
 */
export class Chain<Value> {
  #first: ChainLink<Value> | undefined = undefined;
  #last: ChainLink<Value> | undefined = undefined;

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  /** Adds a value at the end. */
  add(value: Value): ChainLink<Value> {
    return this.append(new ChainLink(value));
  }

  /** Adds a value at the end, with a place that its maker knows more of. */
  append<Link extends ChainLink<Value>>(link: Link): Link {
    link._previous = this.#last;
    if (this.#last === undefined) this.#first = link;
    else this.#last._next = link;
    this.#last = link;
    return link;
  }

  /** Takes a value out. One that has left already, by `takeAll` too, is ignored. */
  remove(link: ChainLink<Value>): void {
    const { _previous: previous, _next: next } = link;
    if (previous === undefined && this.#first !== link) return;
    if (previous === undefined) this.#first = next;
    else previous._next = next;
    if (next === undefined) this.#last = previous;
    else next._previous = previous;
    link._previous = undefined;
    link._next = undefined;
  }

  /** Empties the chain and answers what was in it, in order. */
  takeAll(): readonly Value[] {
    const values: Value[] = [];
    for (let link = this.#first; link !== undefined; link = this.#first) {
      values.push(link.value);
      this.remove(link);
    }
    return values;
  }
}
