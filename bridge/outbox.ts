// Frames on their way out: gathered into batches bounded in bytes, control before data before chunks.
// Knows nothing of what frames say.

/** How urgent a frame is. A chunk is asked for by credit, so it can never come before the frame that announces its transfer. */
export type Lane = "control" | "data" | "chunk";

/** What an outbox is made of. */
export interface OutboxOptions<Frame> {
  readonly batchBytes: number;
  /** Sends a batch; false means to hold back until `drained` is called. */
  readonly send: (frames: readonly Frame[]) => boolean;
  /** Runs the flush soon, once for all frames of this turn. */
  readonly schedule: (flush: () => void) => void;
}

interface Waiting<Frame> {
  readonly frame: Frame;
  readonly sizeBytes: number;
}

// A frame's own fields and their tags, whatever payload it carries.
const FRAME_BYTES = 32;

/** The queue before a stream. */
export class Outbox<Frame> {
  readonly #options: OutboxOptions<Frame>;
  readonly #lanes: Readonly<Record<Lane, Waiting<Frame>[]>> = { control: [], data: [], chunk: [] };
  #status: "idle" | "scheduled" | "blocked" | "closed" = "idle";
  #heldBytes = 0;

  constructor(options: OutboxOptions<Frame>) {
    this.#options = options;
  }

  /** Bytes that wait. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Queues a frame with so many bytes of payload. */
  push(frame: Frame, lane: Lane, payloadBytes = 0): void {
    if (this.#status === "closed") return;
    const sizeBytes = payloadBytes + FRAME_BYTES;
    this.#lanes[lane].push({ frame, sizeBytes });
    this.#heldBytes += sizeBytes;
    if (this.#status !== "idle") return;
    this.#status = "scheduled";
    this.#options.schedule(() => this.#flush());
  }

  /** The stream takes more again. */
  drained(): void {
    if (this.#status !== "blocked") return;
    this.#status = "scheduled";
    this.#flush();
  }

  /** Drops what waits, and all that comes. */
  close(): void {
    this.#status = "closed";
    for (const lane of Object.values(this.#lanes)) lane.length = 0;
    this.#heldBytes = 0;
  }

  #flush(): void {
    while (this.#status === "scheduled") {
      const frames = this.#nextBatch();
      if (frames.length === 0) {
        this.#status = "idle";
        return;
      }
      if (!this.#options.send(frames) && this.#status === "scheduled") this.#status = "blocked";
    }
  }

  /** One frame at least, however large: whoever makes frames bounds them. Data leaves room for one chunk that waits. */
  #nextBatch(): Frame[] {
    const { control, data, chunk } = this.#lanes;
    const frames: Frame[] = [];
    let leftBytes = this.#options.batchBytes;
    const take = (lane: Waiting<Frame>[], keepBytes: number): void => {
      let count = 0;
      for (const { frame, sizeBytes } of lane) {
        if (frames.length > 0 && sizeBytes > leftBytes - keepBytes) break;
        frames.push(frame);
        leftBytes -= sizeBytes;
        this.#heldBytes -= sizeBytes;
        count++;
      }
      lane.splice(0, count);
    };
    take(control, 0);
    take(data, Math.min(chunk[0]?.sizeBytes ?? 0, leftBytes / 2));
    take(chunk, 0);
    return frames;
  }
}
