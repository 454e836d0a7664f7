// A value as it crosses to another thread or process: as it is, as JSON text, or as a table where it holds more than JSON can say.
// Knows nothing of actors: what a reference is on the wire is said by whoever packs.
import { type Crossing, readTable } from "./wire-table.ts";
import { writeTable } from "./wire-writer.ts";

/** How a packed value stands in a batch: as it is, as JSON, as a table. */
export const PLAIN = 0;
export const TEXT = 1;
const TABLE = 2;

// Deeper than this, or in a circle: the table knows circles.
const DEEPEST_JSON = 64;

// V8 puts shorter strings together at once.
const SHORTEST_TREE = 13;

// Values in an object that the platform clones sooner than it writes and reads JSON; beyond that the two are equal, and the look is not.
const MOST_CLONED = 64;
const LONGEST_CLONED_ARRAY = 16;

/**
 * Packs values for one wire. What is packed is a copy: a change made after the send is not seen by the receiver.
 *
 * The last packed value stands in `kind` and `content`, so that packing makes no object of its own.
 */
export class Packer {
  kind: number = PLAIN;
  content: unknown = undefined;
  readonly #crossing: Crossing;
  readonly #moved: Set<object>;

  /** `moved` collects what is to be moved with the batch. */
  constructor(crossing: Crossing, moved: Set<object>) {
    this.#crossing = crossing;
    this.#moved = moved;
  }

  /** `isAtOnce`: it is posted before anybody can change it. @throws MESSAGE_UNCLONEABLE, naming the part below `path` */
  pack(value: unknown, path: string, isAtOnce = false): void {
    if (isPlain(value) || (isAtOnce && leftToClone(value, MOST_CLONED) >= 0)) {
      this.kind = PLAIN;
      this.content = value;
    } else if (isJson(value, 0)) {
      this.kind = TEXT;
      this.content = JSON.stringify(value);
    } else {
      const { table, moved } = writeTable(value, path, this.#crossing);
      for (const one of moved) this.#moved.add(one);
      this.kind = TABLE;
      this.content = table;
    }
  }
}

/** What a packed value was. */
export function unpack(kind: unknown, content: unknown, crossing: Crossing): unknown {
  if (kind === PLAIN) return content;
  if (kind === TEXT) return JSON.parse(String(content));
  // The other side's writer makes tables, and nothing else stands there.
  return readTable(content as readonly (readonly unknown[])[], crossing);
}

function isPlain(value: unknown): boolean {
  switch (typeof value) {
    case "string":
    case "number":
    case "boolean":
    case "undefined":
    case "bigint":
      return true;
    default:
      return value === null;
  }
}

/** How many of `left` values may still come after this one and what is in it; below 0 where cloning it is not the thing to do. */
function leftToClone(value: unknown, left: number): number {
  if (isPlain(value)) return left - 1;
  if (typeof value !== "object" || value === null || left <= 0) return -1;
  let rest = left - 1;
  if (Array.isArray(value)) {
    // Equal counts: neither holes nor named fields, which JSON does not know and a clone keeps.
    if (value.length > LONGEST_CLONED_ARRAY || Object.keys(value).length !== value.length) return -1;
    for (let at = 0; at < value.length && rest >= 0; at++) rest = leftToClone(value[at], rest);
    return rest;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return -1;
  const record = value as Readonly<Record<string, unknown>>;
  for (const key in record) {
    rest = leftToClone(record[key], rest);
    if (rest < 0) return -1;
  }
  return rest;
}

/** Whether JSON says exactly this value. */
function isJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
      // Foreign truth: V8 keeps what was put together from parts as a tree, from which it cannot write JSON the fast way (a third of the time
      // for 200 bytes); a look at a character has it made one.
      return value.length < SHORTEST_TREE || value.charCodeAt(0) >= 0;
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0);
    case "object":
      break;
    default:
      return false;
  }
  if (value === null) return true;
  if (depth > DEEPEST_JSON) return false;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) if (!isJson(value[at], depth + 1)) return false;
    return true;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  const record = value as Readonly<Record<string, unknown>>;
  // A field named toJSON is data only where it is no function, which fails above.
  for (const key in record) if (!isJson(record[key], depth + 1)) return false;
  return true;
}
