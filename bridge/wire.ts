// Batches as bytes, by the protobuf runtime and `proto/dspex.proto` itself.
// Knows nothing of what frames mean. Loads the runtime when it is first asked for: who needs no Python never sees it.
import { fileURLToPath } from "node:url";
import type { HostBatch, WorkerBatch } from "./messages.ts";

/** Both directions' bytes. */
export interface Wire {
  encodeHostBatch(batch: HostBatch): Buffer;
  decodeHostBatch(bytes: Uint8Array): HostBatch;
  encodeWorkerBatch(batch: WorkerBatch): Buffer;
  decodeWorkerBatch(bytes: Uint8Array): WorkerBatch;
}

let loading: Promise<Wire> | undefined;

/** The wire of this package's own `proto/dspex.proto`. */
export function loadWire(): Promise<Wire> {
  loading ??= readWire();
  return loading;
}

async function readWire(): Promise<Wire> {
  const { default: protobuf } = await import("protobufjs");
  const root = await protobuf.load(fileURLToPath(new URL("../proto/dspex.proto", import.meta.url)));
  const host = root.lookupType("dspex.v1.HostBatch");
  const worker = root.lookupType("dspex.v1.WorkerBatch");
  const write = (type: typeof host, batch: object): Buffer => {
    const bytes = type.encode(batch).finish();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
  return {
    encodeHostBatch: (batch) => write(host, batch),
    // The messages of the runtime have the fields of these interfaces, which are written after the same file.
    decodeHostBatch: (bytes) => host.decode(bytes) as unknown as HostBatch,
    encodeWorkerBatch: (batch) => write(worker, batch),
    decodeWorkerBatch: (bytes) => worker.decode(bytes) as unknown as WorkerBatch,
  };
}
