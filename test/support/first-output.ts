// Waits for the first thing that a child process says.
// Knows nothing of what it says.
import type { ChildProcess } from "node:child_process";

/** Resolves with the first output on stdout; rejects where the process ends before. A wait for output alone would never end. */
export function firstOutput(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.setEncoding("utf8").once("data", (text: string) => resolve(text.trim()));
    child.once("error", reject);
    child.once("close", (code, signal) =>
      reject(new Error(`expected the process to say something, it ended with ${signal ?? `code ${code}`}`)),
    );
  });
}
