// What takes the kernel's place for an actor that runs in another thread or process.
// Knows nothing of how anything gets there.
import type { ExitReason } from "./exit-reason.ts";

/** A cell, as far as this is concerned: who knows what is behind it says so. */
interface Place {
  readonly actorId: number;
}

/** The way to actors that run elsewhere. */
export interface RemoteSide {
  /** What the tree calls the place. */
  readonly hostName: string;
  /** Takes an exit signal there. */
  signal(target: Place, from: Place | undefined, reason: ExitReason, way: "link" | "sent" | "obeys"): void;
  /** Ties a local actor to one there, where the other side keeps such links; absent where this side does. */
  link?(local: Place, target: Place): void;
  unlink?(local: Place, target: Place): void;
}
