// How values become bytes: the content types that a worker and its host understand.
// Knows nothing of frames or transports.
import { BaseError, nearest } from "../runtime/base/index.ts";
import { decodeValue, type ValueForm } from "./decode-value.ts";
import { encodeValue } from "./encode-value.ts";

/** A way to write values as bytes. Python's side is registered there by `@dspex.protocol`. */
export interface Protocol {
  /** Names it on the wire, such as `application/msgpack`. */
  readonly contentType: string;
  encode(value: unknown): Uint8Array;
  /** The bytes have their `buffer` to themselves. A format that cannot tell the two forms apart may answer the same for both. */
  decode(bytes: Uint8Array, form: ValueForm): unknown;
}

/** The tagged JSON that is spoken where nothing else is named; on the wire its name is empty. */
export const taggedJson: Protocol = {
  contentType: "",
  encode: (value) => Buffer.from(encodeValue(value), "utf8"),
  decode: (bytes, form) => decodeValue(bufferOf(bytes).toString("utf8"), form),
};

/** The bytes themselves, as what Node can read texts from. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A caller's own protocol: it reads what it is given as it likes, and must find nothing of others' there. */
function withOwnBytes(protocol: Protocol): Protocol {
  return {
    contentType: protocol.contentType,
    encode: (value) => protocol.encode(value),
    decode: (bytes, form) => protocol.decode(ownBytes(bytes), form),
  };
}

/** No copy where the memory is these bytes' alone, as that of a value that came in parts is. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  const isAlone = bytes.buffer.byteLength === bytes.byteLength;
  return isAlone ? new Uint8Array(bytes.buffer) : new Uint8Array(bytes);
}

/** The protocol of a content type. Throws BRIDGE_PROTOCOL_UNKNOWN. */
export function protocolFor(contentType: string, known: readonly Protocol[]): Protocol {
  if (contentType === "") return taggedJson;
  const found = known.find((protocol) => protocol.contentType === contentType);
  if (found !== undefined) return withOwnBytes(found);
  const names = known.map((protocol) => protocol.contentType);
  const near = nearest(contentType, names);
  throw new BaseError(
    "BRIDGE_PROTOCOL_UNKNOWN",
    `No protocol reads "${contentType}".${near === undefined ? "" : ` Did you mean "${near}"?`} Known: ${names.join(", ") || "tagged JSON alone"}. Give the pool one in \`protocols\`.`,
    { details: { contentType, known: names } },
  );
}
