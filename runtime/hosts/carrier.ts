// What carries batches between a host and the thread that started it.
// Knows nothing of actors: thread-carrier.ts and process-carrier.ts are the two kinds.
import type { HostLoss } from "./host-errors.ts";
import type { Post } from "./outbox.ts";

/** The two kinds of host. */
export type HostKind = "thread" | "process";

/** What a carrier tells. */
export interface CarrierEvents {
  batch(batch: readonly unknown[]): void;
  /** The host is gone, or will never come; told once. */
  lost(loss: HostLoss, said: string, cause?: unknown): void;
}

/** One host's thread or process. */
export interface Carrier {
  readonly kind: HostKind;
  /** Thread id, or process id. */
  readonly systemId: number;
  readonly sharesMemory: boolean;
  readonly post: Post;
  /** When its event loop last came round, in `machineMs`; undefined where it says so in batches. */
  lastBeatMs(): number | undefined;
  /** Keeps this process running, or no longer. */
  hold(isHeld: boolean): void;
  /** Ends it whatever it does. Resolves when it is gone; never where a thread is stuck in native code. */
  kill(): Promise<void>;
}

/** How a carrier starts its host. */
export type StartCarrier = (hostName: string, events: CarrierEvents) => Carrier;

/** The machine's own clock, the same in all its threads and processes: a host's life is real, whatever the system's clock says. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The file with this name beside this one: TypeScript as it is, JavaScript once it is built. */
export function entryBeside(moduleUrl: string, name: string): URL {
  return new URL(`${name}${moduleUrl.slice(moduleUrl.lastIndexOf("."))}`, moduleUrl);
}
