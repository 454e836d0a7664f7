// Payloads: the large texts of LM requests and responses, stored once under the hash of what they say.
// Knows nothing of which records refer to them.
import { canonicalJson, type JsonValue, sha256 } from "../runtime/base/index.ts";
import { payloadCorrupt } from "./errors.ts";
import { encodeKey } from "./key.ts";

/** A text with its content address; made by `toPayload`. */
export interface Payload {
  /** SHA-256 of `text`: 64 hexadecimal digits. What records refer to. */
  readonly payloadHash: string;
  /** JSON: canonical from `toPayload`, in its own order from `toOrderedPayload`. */
  readonly text: string;
}

/** Makes a payload of a JSON value. Equal values have equal payloads. @throws JSON_NOT_SERIALIZABLE */
export function toPayload(value: unknown): Payload {
  const text = canonicalJson(value);
  return { payloadHash: sha256(text), text };
}

/**
 * Makes a payload of a value as JSON writes it, with its keys in their own order.
 *
 * What was made in the same way has the same payload; the same content in another order has another. Costs a tenth of `toPayload`,
 * and keeps an order that matters, such as that of a tool call's arguments. What JSON cannot say is left out or `null`.
 */
export function toOrderedPayload(value: object): Payload {
  const text = JSON.stringify(value);
  return { payloadHash: sha256(text), text };
}

/** Reads a payload's text back. @throws STORE_PAYLOAD_CORRUPT where the text is not what its name says. */
export function fromPayload(payloadHash: string, text: string): JsonValue {
  const foundHash = sha256(text);
  if (foundHash !== payloadHash) throw payloadCorrupt(payloadHash, foundHash);
  // Text of this hash was written here, and is JSON.
  return JSON.parse(text) as JsonValue;
}

/** The stored key of a payload. */
export function payloadKey(payloadHash: string): string {
  return encodeKey(["payload", payloadHash]);
}
