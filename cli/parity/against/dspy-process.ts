// Starts the real DSPy in its virtual environment and asks it one case after the other.
// Knows no case.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import { softwareMissing } from "../../errors.ts";
import type { Answer } from "./judge.ts";

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const PYTHON = fromRoot(process.platform === "win32" ? ".dspex/python/Scripts/python.exe" : ".dspex/python/bin/python");

/** A running DSPy. */
export class DspyProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #interface: Interface;

  private constructor(child: ChildProcess) {
    this.#child = child;
    // `stdio` asks for pipes.
    this.#interface = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    this.#lines = this.#interface[Symbol.asyncIterator]();
  }

  /** Makes the environment where it is missing, which takes minutes, and starts. Throws CLI_SOFTWARE_MISSING where that cannot be. */
  static start(): DspyProcess {
    const setup = spawnSync(process.execPath, [fromRoot("scripts/python-setup.js")], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    if (setup.status !== 0 || !existsSync(PYTHON)) {
      throw softwareMissing("it could not be installed into .dspex/python. See above, then try `npm run python:setup`");
    }
    const script = fileURLToPath(new URL("dspy_answers.py", import.meta.url));
    // Types are hashed in one order, so that the same seed finds the same.
    const env = { ...process.env, PYTHONHASHSEED: "0", DSPY_CACHEDIR: fromRoot(".dspex/dspy-cache") };
    return new DspyProcess(spawn(PYTHON, [script], { stdio: ["pipe", "pipe", "inherit"], env }));
  }

  /** Asks a batch, and answers in its order. */
  async ask(cases: readonly object[]): Promise<Answer[]> {
    const { stdin } = this.#child;
    // All at once: the pipe holds what is not yet read, so that neither side waits for the other.
    stdin?.write(cases.map((each) => `${JSON.stringify(each)}\n`).join(""));
    const answers: Answer[] = [];
    for (const each of cases) {
      const { value, done } = await this.#lines.next();
      if (done === true) throw softwareMissing(`it ended at ${JSON.stringify(each).slice(0, 400)}`);
      answers.push(JSON.parse(value));
    }
    return answers;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin?.end();
    this.#interface.close();
    if (this.#child.exitCode === null) await once(this.#child, "exit");
  }
}
