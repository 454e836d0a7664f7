// What a worker writes, prints and logs, read with care.
// Knows nothing of who listens.
import type { WorkerFrame } from "./messages.ts";

/** A line that a worker wrote, printed or logged. */
export interface WorkerLog {
  readonly source: "stdout" | "stderr" | "log" | "warning";
  readonly level: string;
  readonly logger: string;
  readonly text: string;
  /** Bytes left out before this, because there were too many. */
  readonly droppedBytes: number;
}

/** A line as it came, with every field there. */
export function readLog(said: NonNullable<WorkerFrame["log"]>): WorkerLog {
  const { source, level = "", logger = "", text = "", droppedBytes = 0 } = said;
  const known = source === "stdout" || source === "stderr" || source === "warning" ? source : "log";
  return { source: known, level, logger, text, droppedBytes };
}
