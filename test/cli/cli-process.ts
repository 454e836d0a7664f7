// The real command line, in a child process or in this one, in a folder of its own, with a model that a test can hold back.
// Knows nothing of what commands do.
import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runCli } from "../../cli/run-cli.ts";
import { root } from "../architecture/tree.ts";

/** What a finished command left. */
export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under way. */
export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Resolves once stderr holds this text; rejects if the command ends without. */
  says(text: string): Promise<void>;
}

/** A folder to run commands in. */
export class CliFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "dspex-cli-"));
  readonly #running = new Set<ChildProcess>();

  constructor() {
    this.write("package.json", '{ "type": "module" }');
  }

  /** Writes a file; `@dspex` stands for the sources, `@testing` for their door for tests. */
  write(name: string, content: string): string {
    const door = (path: string) => pathToFileURL(join(root, path)).href;
    const text = content.replaceAll("@dspex", door("index.ts")).replaceAll("@testing", door("testing/index.ts"));
    writeFileSync(join(this.path, name), text);
    return join(this.path, name);
  }

  read(name: string): string {
    const path = join(this.path, name);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  /** Starts a command. */
  start(args: readonly string[], env: NodeJS.ProcessEnv = {}, stdin = ""): Running {
    const child = spawn(process.execPath, [join(root, "cli", "main.ts"), ...args], {
      cwd: this.path,
      env: { ...inheritedEnv(), ...env },
    });
    this.#running.add(child);
    child.stdin.end(stdin);
    let stdout = "";
    let stderr = "";
    const listeners = new Set<() => void>();
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      for (const listener of listeners) listener();
    });
    const finished = new Promise<Finished>((done, fail) => {
      child.on("error", fail);
      child.on("close", (code) => {
        this.#running.delete(child);
        done({ code, stdout, stderr });
      });
    });
    const says = (text: string) =>
      new Promise<void>((done, fail) => {
        const look = () => {
          if (stderr.includes(text)) done();
        };
        listeners.add(look);
        look();
        void finished.then((end) => fail(new Error(`expected stderr to say "${text}", got:\n${end.stderr}`)));
      });
    return { child, finished, says };
  }

  /** Runs a command to its end. */
  run(args: readonly string[], env: NodeJS.ProcessEnv = {}, stdin = ""): Promise<Finished> {
    return this.start(args, env, stdin).finished;
  }

  /**
   * Runs a command to its end in this process, which takes a tenth of the time. A user's file is loaded once per path here,
   * however many commands read it.
   */
  async runHere(args: readonly string[], env: NodeJS.ProcessEnv = {}, stdin = ""): Promise<Finished> {
    let stdout = "";
    let stderr = "";
    const code = await runCli({
      argv: args,
      env: { ...inheritedEnv(), ...env },
      cwd: this.path,
      version: "0.0.0",
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text) },
      readStdin: async () => stdin,
      signals: new EventEmitter(),
      leave: (exitCode) => {
        throw new Error(`nobody interrupts it, and yet it leaves with ${exitCode}`);
      },
    });
    return { code, stdout, stderr };
  }

  [Symbol.dispose](): void {
    for (const child of this.#running) child.kill("SIGKILL");
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** The environment without what would change how a command looks or what it asks. */
function inheritedEnv(): NodeJS.ProcessEnv {
  const changing = /^(DSPEX_|OPENAI_|CI$|NO_COLOR$|FORCE_COLOR$|DEBUG$|NODE_OPTIONS$|VITEST)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !changing.test(name)));
}

/**
 * A user's file with six examples and a model that writes each question it is asked into `asked.txt`, answers the first `free` of them
 * at once and the others only when the file `gate` is there.
 */
export function gatedProgram(free: number): string {
  return `
import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { exactMatch, predict, signature } from "@dspex";
import { scriptedLm } from "@testing";

export const program = predict(signature("question -> answer"));
export const metric = exactMatch("answer");
export const inputs = ["question"];
export const dataset = [1, 2, 3, 4, 5, 6].map((n) => ({ question: "q" + n, answer: "a" + n }));
const here = (name) => join(import.meta.dirname, name);
let asked = 0;
export const lm = scriptedLm(async (request) => {
  const text = String(request.messages.at(-1).content);
  const n = /q(\\d)/.exec(text)[1];
  appendFileSync(here("asked.txt"), "q" + n + "\\n");
  const position = asked++;
  console.error("asked " + (position + 1));
  while (position >= ${free} && !existsSync(here("gate"))) await new Promise((done) => setTimeout(done, 5));
  return "[[ ## answer ## ]]\\na" + n + "\\n\\n[[ ## completed ## ]]\\n";
});
`;
}

/** The same with a model that holds nothing back. */
export const openProgram = (): string => gatedProgram(Number.POSITIVE_INFINITY);

/** How often each question was asked. */
export function askedTimes(folder: CliFolder): Readonly<Record<string, number>> {
  const times: Record<string, number> = {};
  for (const line of folder.read("asked.txt").split("\n")) if (line !== "") times[line] = (times[line] ?? 0) + 1;
  return times;
}
