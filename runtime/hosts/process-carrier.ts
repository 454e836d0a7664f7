// A host that is a process of its own: for code that blocks in native calls, or that needs a memory limit that holds.
// Knows nothing of actors.
import { type ChildProcess, fork } from "node:child_process";
import { type Carrier, type CarrierEvents, entryBeside } from "./carrier.ts";

/** How processes are started. */
export interface ProcessSettings {
  /** Megabytes of JavaScript heap. */
  readonly heapMb?: number;
  readonly execArgv?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly heartbeatMs: number;
  readonly drainMs: number;
}

const ENTRY = entryBeside(import.meta.url, "./process-main");

export class ProcessCarrier implements Carrier {
  readonly kind = "process";
  readonly sharesMemory = false;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;
  #isHeld = true;

  constructor(hostName: string, settings: ProcessSettings, events: CarrierEvents) {
    const { heapMb, execArgv = process.execArgv, env, heartbeatMs, drainMs } = settings;
    const limit = heapMb === undefined ? [] : [`--max-old-space-size=${heapMb}`];
    this.#child = fork(ENTRY, [JSON.stringify({ hostName, heartbeatMs, drainMs })], {
      serialization: "advanced",
      execArgv: [...execArgv, ...limit],
      ...(env === undefined ? {} : { env: { ...env } }),
    });
    this.#gone = new Promise((resolve) => {
      this.#child.on("exit", (code, signal) => {
        // Foreign truth: V8 aborts a process whose heap is full.
        const isMemory = heapMb !== undefined && signal === "SIGABRT";
        events.lost(isMemory ? "out-of-memory" : "exited", signal === null ? `code ${code}` : `signal ${signal}`);
        resolve();
      });
      this.#child.on("error", (error) => {
        events.lost("failed", error.message, error);
        resolve();
      });
    });
    this.#child.on("message", (batch) => {
      if (Array.isArray(batch)) events.batch(batch);
    });
    this.hold(false);
  }

  get systemId(): number {
    return this.#child.pid ?? 0;
  }

  readonly post = (batch: readonly unknown[]): void => {
    // The end of a process that cannot be written to is told by its exit.
    if (this.#child.connected) this.#child.send([...batch], () => undefined);
  };

  lastBeatMs(): undefined {
    return undefined;
  }

  hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    const channel = this.#child.channel ?? undefined;
    if (isHeld) {
      this.#child.ref();
      channel?.ref();
    } else {
      this.#child.unref();
      channel?.unref();
    }
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#gone;
  }
}
