// A bare Python process that computes what the handler `spin` does: what a machine makes of one such process, and of two.
// Knows nothing of the bridge.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The process. */
export interface Spinner {
  /** Milliseconds for so many times the work. */
  spin(times: number): Promise<number>;
  close(): void;
}

/** Starts it; each time it sums so many squares. */
export async function openSpinner(python: string, n: number): Promise<Spinner> {
  const script = join(import.meta.dirname, "bare.py");
  const child = spawn(python, [script, "spin", String(n)], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    async spin(times) {
      const startedMs = performance.now();
      child.stdin.write(`${times}\n`);
      await lines.next();
      return performance.now() - startedMs;
    },
    close: () => void child.stdin.end(),
  };
}
