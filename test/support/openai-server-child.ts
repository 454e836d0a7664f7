// Starts the local server in another process and speaks with it, for benches and for tests that measure.
// Knows nothing of dspex.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { OpenaiServerOptions, ServerCounts } from "./openai-server.ts";

/** A server in another process. */
export interface OpenaiServerChild {
  readonly baseUrl: string;
  /** Counts since the start or the last reset. */
  counts(): Promise<ServerCounts>;
  /** Sets the counts and the limit's window back; returns the counts as they were. */
  reset(): Promise<ServerCounts>;
  close(): Promise<void>;
}

/** Starts a server in another process; it ends when this one does. */
export async function startOpenaiServerChild(
  options: Pick<OpenaiServerOptions, "latencyMs" | "limit" | "records"> & { readonly text?: string } = {},
): Promise<OpenaiServerChild> {
  const entry = fileURLToPath(new URL("openai-server-process.ts", import.meta.url));
  const child = spawn(process.execPath, [entry, JSON.stringify(options)], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done === true) throw new Error("The server process ended.");
    return line.value;
  };
  const ask = async (word: string): Promise<ServerCounts> => {
    child.stdin.write(`${word}\n`);
    return JSON.parse(await nextLine()) as ServerCounts; // written by openai-server-process.ts
  };
  const baseUrl = await nextLine();
  return {
    baseUrl,
    counts: () => ask("counts"),
    reset: () => ask("reset"),
    close: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.stdin.end();
      }),
  };
}
