// One side of a comparison: a process that makes one round per line it is sent, and prints its figure.
// Knows nothing of what is measured.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A process that is ready to make rounds. */
export interface Side {
  /** One more round's figure. */
  round(): Promise<number>;
  close(): Promise<void>;
}

/** Starts a process that speaks so. Its rounds reject where it ends before it has answered. */
export function openSide(command: string, args: readonly string[]): Side {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
  let problems = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    problems += text;
  });
  child.on("error", (error) => {
    problems += error.message;
  });
  child.stdin.on("error", () => {
    // It has ended: said by the round that waits for it.
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async round() {
      child.stdin.write("round\n");
      const line = await lines.next();
      const figure = line.done === true ? Number.NaN : Number(line.value);
      if (Number.isFinite(figure)) return figure;
      throw new Error(
        `expected a figure from ${command} ${args.join(" ")}, found ${line.value ?? `its end: ${problems}`}`,
      );
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const closed = once(child, "close");
      child.stdin.end();
      await closed;
    },
  };
}
