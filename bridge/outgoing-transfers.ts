// Large payloads on their way out, cut into chunks that go as the other side grants them.
// Knows nothing of calls.
import { payloadTooLarge } from "./errors.ts";
import type { Chunk, Credit, Payload } from "./messages.ts";

/** What transfers out are made with. */
export interface OutgoingOptions {
  readonly chunkBytes: number;
  readonly payloadBytes: number;
  readonly sendChunk: (chunk: Chunk) => void;
}

interface Transfer {
  readonly bytes: Uint8Array;
  sentBytes: number;
}

/** The payloads that are being sent in chunks. What has been announced is sent to its end, also where nobody awaits it any more: the other side counts on it. */
export class OutgoingTransfers {
  readonly #options: OutgoingOptions;
  readonly #open = new Map<number, Transfer>();
  #last = 0;

  constructor(options: OutgoingOptions) {
    this.#options = options;
  }

  /** How many are under way. */
  get size(): number {
    return this.#open.size;
  }

  /** The payload to put into a frame: the bytes themselves, or the announcement of a transfer. Throws BRIDGE_PAYLOAD_TOO_LARGE. */
  payloadOf(bytes: Uint8Array, contentType: string): Payload {
    const { chunkBytes, payloadBytes } = this.#options;
    if (bytes.length <= chunkBytes) return contentType === "" ? { data: bytes } : { contentType, data: bytes };
    if (bytes.length > payloadBytes) throw payloadTooLarge(bytes.length, payloadBytes);
    const transfer = ++this.#last;
    this.#open.set(transfer, { bytes, sentBytes: 0 });
    return { contentType, transfer, sizeBytes: bytes.length };
  }

  /** Drops a payload that is not announced after all. */
  forget({ transfer = 0 }: Payload): void {
    this.#open.delete(transfer);
  }

  /** Drops all of them: the stream is over. */
  clear(): void {
    this.#open.clear();
  }

  /** Sends as many chunks as are granted. A grant for a transfer that is over changes nothing. */
  granted({ transfer = 0, chunks = 0 }: Credit): void {
    const open = this.#open.get(transfer);
    if (open === undefined) return;
    for (let count = 0; count < chunks && open.sentBytes < open.bytes.length; count++) {
      const data = open.bytes.subarray(open.sentBytes, open.sentBytes + this.#options.chunkBytes);
      open.sentBytes += data.length;
      this.#options.sendChunk({ transfer, data });
    }
    if (open.sentBytes >= open.bytes.length) this.#open.delete(transfer);
  }
}
