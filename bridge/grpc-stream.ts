// The stream to a worker by gRPC: the only file that knows grpc-js.
// Loads it when the first worker is connected to: who needs no Python never sees it.
import type { Socket } from "node:net";
import type Grpc from "@grpc/grpc-js";
import type { HostBatch, WorkerBatch } from "./messages.ts";
import { loadWire } from "./wire.ts";
import type { OpenStream } from "./worker-stream.ts";

const METHOD = "/dspex.v1.Worker/Connect";
/** Smaller ones may share their memory with others: Node takes them from a pool. */
const LARGE = 64 * 1024;
/** What stands before a chunk in its message: gRPC's five bytes, the heads of batch, frame and chunk, and a transfer's number. */
const AROUND = 32;

/** Makes ready what opens the stream to the worker at this address (`unix:/path` or `127.0.0.1:port`), which may keep the process running while it lasts. */
export async function grpcStream(address: string, holdsProcess = true): Promise<OpenStream> {
  const [{ default: grpc }, wire] = await Promise.all([import("@grpc/grpc-js"), loadWire()]);
  return (listener) => {
    const { credentials, socket } = insecure(grpc);
    const client = new grpc.Client(address, credentials, {
      // Workers are this machine's: a proxy named in the environment is not for them.
      "grpc.enable_http_proxy": 0,
      // A channel of its own: one worker's trouble must not be shared by another's.
      "grpc.use_local_subchannel_pool": 1,
      // A stream that broke is never begun again by itself: nothing of what is sent needs to be kept for that.
      "grpc.enable_retries": 0,
    });
    const stream = client.makeBidiStreamRequest<HostBatch, WorkerBatch>(METHOD, wire.encodeHostBatch, (bytes) =>
      wire.decodeWorkerBatch(bytes),
    );
    let status: "open" | "over" = "open";
    const end = (problem?: { readonly message: string; readonly cause?: unknown }): void => {
      if (status === "over") return;
      status = "over";
      stream.cancel();
      client.close();
      listener.ended(problem);
    };
    // Not before its first word: grpc-js references the socket when the stream begins.
    if (!holdsProcess) stream.once("data", () => socket()?.unref());
    stream.on("data", (batch: WorkerBatch) => {
      listener.batch(batch);
      letGo(batch);
    });
    stream.on("drain", () => listener.drained());
    stream.on("error", (error: Error) => end({ message: `its stream broke (${error.message})`, cause: error }));
    stream.on("end", () => end());
    return {
      send: (batch) => {
        // Foreign truth: grpc-js takes what is written to a stream that is over, and tells nobody.
        if (status === "over") return true;
        return stream.write(batch);
      },
      close() {
        status = "over";
        stream.cancel();
        client.close();
      },
    };
  };
}

/** Credentials for this machine, and the socket that a channel of theirs is given: what a connection goes over, only they hear of. */
function insecure({ credentials: { createInsecure } }: typeof Grpc) {
  const credentials = createInsecure();
  const createConnector = credentials._createSecureConnector.bind(credentials);
  let used: Socket | undefined;
  credentials._createSecureConnector = (...args) => {
    const connector = createConnector(...args);
    return {
      ...connector,
      connect(socket) {
        used = socket;
        return connector.connect(socket);
      },
    };
  };
  return { credentials, socket: () => used };
}

/** Gives a chunk's memory back at once: left to the collector, the chunks of one large value have it run again and again. */
function letGo({ frames }: WorkerBatch): void {
  const [first] = frames;
  const data = first?.chunk?.data;
  // Only where the batch is nothing but the chunk; another frame's bytes may be kept.
  if (frames.length !== 1 || data === undefined || data.length < LARGE) return;
  const { buffer, length } = data;
  if (buffer instanceof ArrayBuffer && buffer.byteLength - length <= AROUND) buffer.transfer(0);
}
