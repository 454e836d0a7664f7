// Marks what is to be moved to another thread instead of copied.
// Knows nothing of messages or of who sends them.
import { MessagePort } from "node:worker_threads";
import { BaseError } from "../base/index.ts";

/** What can be moved: a buffer, a view of one, a port. */
export type Movable = ArrayBuffer | ArrayBufferView<ArrayBuffer> | MessagePort;

// Marks on the things themselves, which nobody else can reach: several systems share nothing by it.
const marked = new WeakSet<object>();

/**
 * Says that a buffer, the buffer of a view, or a port is given away with the message it is in: the host gets it without a copy, and here it
 * is empty afterwards.
 *
 * Answers what it was given, so that it can stand in the message. Between two actors of one thread it changes nothing; the mark stays
 * until the thing is moved. A child process gets a copy all the same.
 * @throws OPTION_INVALID for anything that cannot be moved.
 * @example
 * ref.cast("pixels", transfer(pixels.buffer));
 */
export function transfer<Value extends Movable>(value: Value): Value {
  const owner = ownerOf(value);
  if (owner === undefined) {
    throw new BaseError(
      "OPTION_INVALID",
      `Expected an ArrayBuffer, a view of one or a MessagePort to transfer, found ${typeof value}.`,
      { details: { option: "transfer", found: typeof value } },
    );
  }
  marked.add(owner);
  return value;
}

/** Whether a buffer or port is to be moved. */
export function isMarked(owner: object): boolean {
  return marked.has(owner);
}

function ownerOf(value: unknown): object | undefined {
  if (value instanceof ArrayBuffer || value instanceof MessagePort) return value;
  if (ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer) return value.buffer;
  return undefined;
}
