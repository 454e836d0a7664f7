// Large payloads on their way in, put together of chunks; grants go out as chunks come in.
// Knows nothing of calls.
import { payloadTooLarge } from "./errors.ts";
import type { Chunk, Credit, Payload } from "./messages.ts";

/** What transfers in are made with. */
export interface IncomingOptions {
  readonly chunkCredit: number;
  readonly payloadBytes: number;
  readonly sendCredit: (credit: Credit) => void;
}

interface Transfer {
  readonly sizeBytes: number;
  /** The value, as far as it is here. Made with the first chunk, whole: chunks that are kept to be joined cost as much again, most of it in collecting garbage. */
  bytes: Buffer | undefined;
  readonly deliver: (bytes: Uint8Array) => void;
  gotBytes: number;
  /** Chunks that came since the last grant. */
  ungranted: number;
}

/** The payloads that are being received in chunks. */
export class IncomingTransfers {
  readonly #options: IncomingOptions;
  readonly #open = new Map<number, Transfer>();

  constructor(options: IncomingOptions) {
    this.#options = options;
  }

  /** How many are under way. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * Begins to receive a payload that is sent in chunks; `deliver` gets its bytes once all are there.
   *
   * Throws BRIDGE_PAYLOAD_TOO_LARGE for one that nobody asked to be that large, and a RangeError for a number in use.
   */
  begin({ transfer = 0, sizeBytes = 0 }: Payload, deliver: (bytes: Uint8Array) => void): void {
    const { payloadBytes, chunkCredit } = this.#options;
    if (sizeBytes > payloadBytes) throw payloadTooLarge(sizeBytes, payloadBytes);
    if (sizeBytes === 0 || this.#open.has(transfer))
      throw new RangeError(`transfer ${transfer} is empty or announced twice`);
    this.#open.set(transfer, { sizeBytes, bytes: undefined, deliver, gotBytes: 0, ungranted: 0 });
    this.#options.sendCredit({ transfer, chunks: chunkCredit });
  }

  /** Takes a chunk. Throws a RangeError for one that was not asked for. */
  take({ transfer = 0, data = new Uint8Array() }: Partial<Chunk>): void {
    const open = this.#open.get(transfer);
    if (open === undefined) throw new RangeError(`a chunk of transfer ${transfer}, which is not under way`);
    if (data.length === 0 || open.gotBytes + data.length > open.sizeBytes)
      throw new RangeError(`a chunk that transfer ${transfer} has no room for`);
    open.bytes ??= Buffer.allocUnsafeSlow(open.sizeBytes);
    open.bytes.set(data, open.gotBytes);
    open.gotBytes += data.length;
    if (open.gotBytes === open.sizeBytes) {
      this.#open.delete(transfer);
      open.deliver(open.bytes);
      return;
    }
    open.ungranted += 1;
    // Granted in halves: a credit frame for each chunk would be a frame for each chunk.
    if (open.ungranted * 2 < this.#options.chunkCredit) return;
    this.#options.sendCredit({ transfer, chunks: open.ungranted });
    open.ungranted = 0;
  }

  /** Forgets all of them: the stream is over. */
  clear(): void {
    this.#open.clear();
  }
}
