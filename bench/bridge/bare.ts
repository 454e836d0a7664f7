// A bare grpc-js client of `bare.py`: what the bridge is held against.
// Knows nothing of the bridge.
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, credentials } from "@grpc/grpc-js";

const SCRIPT = join(import.meta.dirname, "bare.py");
const UNLIMITED = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
const same = (bytes: Buffer): Buffer => bytes;

/** The bare server, by both its ways. */
export interface Bare {
  /** One message over the one stream, and its echo. */
  stream(bytes: Buffer): Promise<Buffer>;
  unary(bytes: Buffer): Promise<Buffer>;
  close(): void;
}

/** Starts it. */
export async function openBare(python: string): Promise<Bare> {
  const path = join(mkdtempSync(join(tmpdir(), "dspex-bare-")), "bare.sock");
  const child = spawn(python, [SCRIPT, "serve", path], { stdio: ["pipe", "pipe", "inherit"] });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const client = new Client(`unix:${path}`, credentials.createInsecure(), UNLIMITED);
  const stream = client.makeBidiStreamRequest<Buffer, Buffer>("/bare.Bare/Stream", same, same);
  // Echoes come in the order in which they were sent.
  const waiting: ((bytes: Buffer) => void)[] = [];
  stream.on("data", (bytes: Buffer) => waiting.shift()?.(bytes));
  stream.on("error", () => {});
  return {
    stream: (bytes) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        stream.write(bytes);
      }),
    unary: (bytes) =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest<Buffer, Buffer>("/bare.Bare/Unary", same, same, bytes, (error, answer) =>
          error === null && answer !== undefined ? resolve(answer) : reject(error ?? new Error("no answer")),
        );
      }),
    close() {
      stream.cancel();
      client.close();
      child.stdin.end();
    },
  };
}
