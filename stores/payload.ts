// Payloads: the large texts of LM requests and responses, stored once under the hash of what they say.
// Knows nothing of which records refer to them.
import { canonicalJson, type JsonValue, sha256 } from "../runtime/base/index.ts";
import { payloadCorrupt } from "./errors.ts";
import { encodeKey } from "./key.ts";

/** A text with its content address; made by `toPayload`. */
export interface Payload {
  /** SHA-256 of `text`: 64 hexadecimal digits. What records refer to. */
  readonly payloadHash: string;
  /** Canonical JSON. */
  readonly text: string;
}

/** Makes a payload of a JSON value. Equal values have equal payloads. @throws JSON_NOT_SERIALIZABLE */
export function toPayload(value: unknown): Payload {
  const text = canonicalJson(value);
  return { payloadHash: sha256(text), text };
}

/** Reads a payload's text back. @throws STORE_PAYLOAD_CORRUPT where the text is not what its name says. */
export function fromPayload(payloadHash: string, text: string): JsonValue {
  const foundHash = sha256(text);
  if (foundHash !== payloadHash) throw payloadCorrupt(payloadHash, foundHash);
  // Text of this hash was written by `toPayload`, which writes JSON only.
  return JSON.parse(text) as JsonValue;
}

/** The stored key of a payload. */
export function payloadKey(payloadHash: string): string {
  return encodeKey(["payload", payloadHash]);
}
