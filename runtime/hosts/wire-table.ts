// A table: a value whose parts JSON cannot say, one row for each, so that circles and shared parts stay what they are.
// Knows nothing of actors: references are read by whoever owns the wire.
import { fromErrorRecord } from "../base/index.ts";
import { type ExitReason, Failure, HandledMessage, type MessageKind } from "../exit-reason.ts";
import { Down, Exit, Timeout } from "../system-message.ts";

/** What a row is. */
export const Row = {
  /** A value that the platform copies by itself. */
  value: 0,
  array: 1,
  object: 2,
  map: 3,
  set: 4,
  error: 5,
  failure: 6,
  handled: 7,
  down: 8,
  exit: 9,
  timeout: 10,
  /** What only the owner of the wire can read: a reference, an alias, somebody's call. */
  crossing: 11,
} as const;

/** What the owner of a wire knows of what cannot be copied but still crosses. */
export interface Crossing {
  /** Whether both ends can see one memory. */
  readonly sharesMemory: boolean;
  /** How something stands on the wire; undefined for what is none of its business. */
  toWire(value: object): readonly unknown[] | undefined;
  /** What it is on this side. */
  fromWire(data: readonly unknown[]): unknown;
}

/** Reads the value in a table's first row. */
export function readTable(table: readonly (readonly unknown[])[], crossing: Crossing): unknown {
  return new TableReader(table, crossing).read(0);
}

// The rows were made by wire-writer.ts in the same version of this package: each cast below says what it puts there.
class TableReader {
  readonly #table: readonly (readonly unknown[])[];
  readonly #crossing: Crossing;
  readonly #made = new Map<number, unknown>();

  constructor(table: readonly (readonly unknown[])[], crossing: Crossing) {
    this.#table = table;
    this.#crossing = crossing;
  }

  read(at: unknown): unknown {
    const index = Number(at);
    if (this.#made.has(index)) return this.#made.get(index);
    const [kind, ...parts] = this.#table[index] ?? [];
    // What contains others stands in the list before they are read: they may lead back to it.
    switch (kind) {
      case Row.array: {
        const array: unknown[] = [];
        this.#made.set(index, array);
        for (const part of parts) array.push(this.read(part));
        return array;
      }
      case Row.object:
        return this.#object(index, parts);
      case Row.map: {
        const map = new Map<unknown, unknown>();
        this.#made.set(index, map);
        for (let part = 0; part < parts.length; part += 2) map.set(this.read(parts[part]), this.read(parts[part + 1]));
        return map;
      }
      case Row.set: {
        const set = new Set<unknown>();
        this.#made.set(index, set);
        for (const part of parts) set.add(this.read(part));
        return set;
      }
      default: {
        const value = this.#value(kind, parts);
        this.#made.set(index, value);
        return value;
      }
    }
  }

  #object(index: number, [isBare, ...parts]: readonly unknown[]): object {
    const object: Record<string, unknown> = isBare === true ? Object.create(null) : {};
    this.#made.set(index, object);
    for (let part = 0; part < parts.length; part += 2) {
      const value = this.read(parts[part + 1]);
      // Not an assignment: a field named __proto__ is a field.
      Object.defineProperty(object, String(parts[part]), {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    return object;
  }

  #value(kind: unknown, parts: readonly unknown[]): unknown {
    const [first, second, third] = parts;
    switch (kind) {
      case Row.error:
        return fromErrorRecord(JSON.parse(String(first)));
      case Row.failure:
        return new Failure(this.read(first), second === undefined ? undefined : (this.read(second) as HandledMessage));
      case Row.handled:
        return new HandledMessage(first as MessageKind, String(second), this.read(third));
      case Row.down: {
        const ref = this.read(second) as Down["ref"];
        return new Down({ monitorId: Number(first), ref }, ref, this.read(third) as ExitReason);
      }
      case Row.exit:
        return new Exit(this.read(first) as Exit["from"], this.read(second) as ExitReason);
      case Row.timeout:
        return new Timeout(Number(first));
      case Row.crossing:
        return this.#crossing.fromWire(parts);
      default:
        return first;
    }
  }
}
