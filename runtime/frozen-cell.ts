// An actor whose messages are frozen on their way, so that who changes what it has sent fails where it does so.
// Knows nothing of who asked for it: a system made with `messages: "frozen"`.
import { Cell } from "./cell.ts";
import type { MessageEntry } from "./message-entry.ts";
import { PendingCall } from "./pending-call.ts";

// A class of its own, not a flag that is read on every send.
export class FrozenCell extends Cell {
  constructor(...parts: ConstructorParameters<typeof Cell>) {
    super(...parts);
    this.setApart();
  }

  override push(entry: MessageEntry, payload: unknown): void {
    if (payload instanceof PendingCall) freezeCall(payload);
    else deepFreeze(payload);
    super.push(entry, payload);
  }

  override pushFirst(entry: MessageEntry, payload: unknown): void {
    deepFreeze(payload);
    super.pushFirst(entry, payload);
  }
}

function freezeCall(call: PendingCall): void {
  deepFreeze(call.payload);
  const reply = call.reply;
  call.reply = (value) => {
    deepFreeze(value);
    reply.call(call, value);
  };
}

/** Freezes plain objects and arrays, as deep as they go. Instances of classes keep their own counsel: references, signals, buffers, maps. */
function deepFreeze(message: unknown): void {
  const seen = new Set<object>();
  const open: unknown[] = [message];
  while (open.length > 0) {
    const value = open.pop();
    if (!isPlain(value) || seen.has(value)) continue;
    seen.add(value);
    Object.freeze(value);
    // Read as descriptors: a getter is not run for this.
    for (const { value: inner } of Object.values(Object.getOwnPropertyDescriptors(value))) open.push(inner);
  }
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
