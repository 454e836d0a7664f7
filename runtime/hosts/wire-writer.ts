// Writes tables: takes a value apart, row by row, and refuses what would not arrive as it is.
// Knows nothing of batches, or of what the value means.
import { isMarkedAsUntransferable, MessagePort } from "node:worker_threads";
import { toErrorRecord } from "../base/index.ts";
import { describeReason, type ExitReason, Failure, HandledMessage } from "../exit-reason.ts";
import { Down, Exit, Timeout } from "../system-message.ts";
import { messageUncloneable } from "./host-errors.ts";
import { isMarked } from "./transfer.ts";
import { type Crossing, Row } from "./wire-table.ts";

/** A written value. */
export interface Written {
  readonly table: readonly (readonly unknown[])[];
  /** Buffers and ports that are to be moved with it. */
  readonly moved: ReadonlySet<object>;
}

/** Writes a value as a table. @throws MESSAGE_UNCLONEABLE */
export function writeTable(value: unknown, path: string, crossing: Crossing): Written {
  const writer = new TableWriter(crossing);
  writer.write(value, path);
  writer.takePorts();
  return writer;
}

class TableWriter implements Written {
  readonly table: unknown[][] = [];
  readonly moved = new Set<object>();
  readonly #crossing: Crossing;
  readonly #rows = new Map<object, number>();
  readonly #ports: { readonly row: unknown[]; readonly port: MessagePort; readonly path: string }[] = [];

  constructor(crossing: Crossing) {
    this.#crossing = crossing;
  }

  /** Writes a value and says in which row it stands. */
  write(value: unknown, path: string): number {
    if (typeof value === "function" || typeof value === "symbol") {
      throw messageUncloneable(path, `a ${typeof value}`, "Send data, and let the receiver's module have the code.");
    }
    if (typeof value !== "object" || value === null) return this.table.push([Row.value, value]) - 1;
    const known = this.#rows.get(value);
    if (known !== undefined) return known;
    const row: unknown[] = [];
    const index = this.table.push(row) - 1;
    this.#rows.set(value, index);
    this.#fill(row, value, path);
    return index;
  }

  #fill(row: unknown[], value: object, path: string): void {
    if (Array.isArray(value)) {
      row.push(Row.array);
      for (let at = 0; at < value.length; at++) row.push(this.write(value[at], `${path}[${at}]`));
      return;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) {
      row.push(Row.object, prototype === null);
      for (const [key, part] of Object.entries(value)) row.push(key, this.write(part, `${path}.${key}`));
      return;
    }
    if (value instanceof Map) {
      row.push(Row.map);
      for (const [key, part] of value) {
        row.push(this.write(key, `a key of ${path}`), this.write(part, `${path}.get(${String(key)})`));
      }
      return;
    }
    if (value instanceof Set) {
      row.push(Row.set);
      for (const part of value) row.push(this.write(part, `a member of ${path}`));
      return;
    }
    if (this.#fillOwn(row, value, path)) return;
    if (value instanceof MessagePort && this.#crossing.sharesMemory && isMarked(value)) {
      this.#ports.push({ row, port: value, path });
    } else row.push(Row.value, this.#leaf(value, path));
  }

  /**
   * Takes the ports away from their owner, once all the rest is known to cross.
   *
   * Foreign truth: a port does not tell that it is closed or has been given away. One such port would fail the whole batch that it is in.
   */
  takePorts(): void {
    for (const { row, port, path } of this.#ports) {
      let own: MessagePort;
      try {
        own = structuredClone(port, { transfer: [port] });
      } catch {
        // The platform has no other reason to refuse a port.
        throw messageUncloneable(path, "a port that is closed or was given away before", "Send a port once.");
      }
      row.push(Row.value, own);
      this.moved.add(own);
    }
  }

  /** The kernel's own values. */
  #fillOwn(row: unknown[], value: object, path: string): boolean {
    const wire = this.#crossing.toWire(value);
    if (wire !== undefined) row.push(Row.crossing, ...wire);
    else if (value instanceof Error) row.push(Row.error, JSON.stringify(toErrorRecord(value)));
    else if (value instanceof Failure) {
      const message = value.message === undefined ? undefined : this.write(value.message, `${path}.message`);
      row.push(Row.failure, this.#loosely(value.thrown, `${path}.thrown`, value.record.message), message);
    } else if (value instanceof HandledMessage) {
      row.push(Row.handled, value.kind, value.name, this.#loosely(value.payload, `${path}.payload`, undefined));
    } else if (value instanceof Down) {
      const { monitor, ref, reason } = value;
      row.push(Row.down, monitor.monitorId, this.write(ref, `${path}.ref`), this.#reason(reason, path));
    } else if (value instanceof Exit) {
      row.push(Row.exit, this.write(value.from, `${path}.from`), this.#reason(value.reason, path));
    } else if (value instanceof Timeout) row.push(Row.timeout, value.timeoutMs);
    else return false;
    return true;
  }

  /** What reports only carry along: where it cannot cross, `instead` does, because the report must. */
  #loosely(value: unknown, path: string, instead: unknown): number {
    try {
      new TableWriter(this.#crossing).write(value, path);
      return this.write(value, path);
    } catch {
      // What it was is said by its kind; a report that fails because of what it reports would say nothing at all.
      return this.write(instead, path);
    }
  }

  #reason(reason: ExitReason, path: string): number {
    return this.#loosely(reason, `${path}.reason`, { exit: describeReason(reason) });
  }

  /** What the platform copies or moves by itself. */
  #leaf(value: object, path: string): unknown {
    if (value instanceof ArrayBuffer) return this.#buffer(value, path);
    if (ArrayBuffer.isView(value)) return this.#view(value, path);
    if (value instanceof Date) return new Date(value.getTime());
    if (value instanceof RegExp) return value;
    if (value instanceof SharedArrayBuffer) return this.#shared(value, path);
    const { name } = value.constructor ?? {};
    const hint =
      value instanceof MessagePort
        ? "A port can only be given away, and not to a process: wrap it in transfer(…)."
        : value instanceof Promise
          ? "Await it before sending."
          : "Instances of classes would arrive without their methods: send a plain object.";
    throw messageUncloneable(path, `a ${name === undefined || name === "" ? "class instance" : name}`, hint);
  }

  #buffer(buffer: ArrayBuffer, path: string): ArrayBuffer {
    if (buffer.detached) throw messageUncloneable(path, "a buffer that was given away before", "Send a buffer once.");
    const own = isGiven(buffer) ? buffer : buffer.slice(0);
    this.moved.add(own);
    return own;
  }

  #view(view: ArrayBufferView, path: string): unknown {
    const { buffer } = view;
    if (!(buffer instanceof ArrayBuffer)) {
      this.#shared(buffer, path);
      return view;
    }
    if (buffer.detached)
      throw messageUncloneable(path, "a view of a buffer that was given away before", "Send it once.");
    if (isGiven(buffer)) {
      this.moved.add(buffer);
      return view;
    }
    // The part that is seen and no more: a Buffer may be a window on a pool that holds other things.
    const part = buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
    this.moved.add(part);
    if (view instanceof DataView) return new DataView(part);
    // Buffer's own constructor copies; across threads a Buffer arrives as a Uint8Array anyway.
    const Kind = Buffer.isBuffer(view) ? Uint8Array : (view.constructor as new (buffer: ArrayBuffer) => unknown);
    return new Kind(part);
  }

  #shared(value: SharedArrayBuffer, path: string): SharedArrayBuffer {
    if (this.#crossing.sharesMemory) return value;
    throw messageUncloneable(path, "a SharedArrayBuffer", "A process shares no memory: send a copy, or use a thread.");
  }
}

/** Whether a buffer is to be moved and can be: Node keeps its pool of small Buffers, whoever gives one of them away. */
function isGiven(buffer: ArrayBuffer): boolean {
  return isMarked(buffer) && !isMarkedAsUntransferable(buffer);
}
