// A bare Python process that does a piece of work whenever it is told to, and says what it took.
// Knows nothing of the bridge.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The process. */
export interface BareProcess {
  /** Does the work so many times. Resolves with microseconds for one of them, as it measured them itself. */
  run(times: number): Promise<number>;
  close(): void;
}

/** Starts `bare.py` in one of its ways that read from their input. */
export async function openBareProcess(python: string, way: "spin" | "predict", size: number): Promise<BareProcess> {
  const script = join(import.meta.dirname, "bare.py");
  const child = spawn(python, [script, way, String(size)], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`bare.py ${way} has ended`);
    return value;
  };
  await next();
  return {
    async run(times) {
      child.stdin.write(`${times}\n`);
      return Number(await next());
    },
    close: () => void child.stdin.end(),
  };
}
