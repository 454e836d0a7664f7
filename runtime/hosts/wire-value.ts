// A value as it crosses to another thread or process: as it is, as JSON text, or as a table where it holds more than JSON can say.
// Knows nothing of actors: what a reference is on the wire is said by whoever packs.
import { type Crossing, readTable } from "./wire-table.ts";
import { writeTable } from "./wire-writer.ts";

/** How a packed value stands in a batch. */
const PLAIN = 0;
const TEXT = 1;
const TABLE = 2;

// Deeper than this, or in a circle: the table knows circles.
const DEEPEST_JSON = 64;

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

  /** @throws MESSAGE_UNCLONEABLE, naming the part below `path` */
  pack(value: unknown, path: string): void {
    if (isPlain(value)) {
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

/** Whether JSON says exactly this value. */
function isJson(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case "string":
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
