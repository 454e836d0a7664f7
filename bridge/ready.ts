// What a worker says of itself, read with care.
// Knows nothing of the stream it came by.
import type { HandlerEntry, Ready } from "./messages.ts";

const KINDS: readonly HandlerEntry["kind"][] = ["sync", "async", "stream", "class"];

/** A worker's own words with every field there. */
export function readReady(said: Partial<Ready>): Ready {
  return {
    protocol: said.protocol ?? 0,
    pid: said.pid ?? 0,
    workerVersion: said.workerVersion ?? "",
    pythonVersion: said.pythonVersion ?? "",
    dspyVersion: said.dspyVersion ?? "",
    handlers: (said.handlers ?? []).map(({ name, kind }) => ({
      name,
      kind: KINDS.find((known) => known === kind) ?? "sync",
    })),
  };
}
