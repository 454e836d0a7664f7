// Makes the Python environment that workers run in: a virtual environment with what `python/requirements.txt` pins.
// Knows nothing of workers.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BaseError } from "../runtime/base/index.ts";

/** How an environment is made. */
export interface PythonSetupOptions {
  /** The folder of the environment, such as `.dspex/python`. */
  readonly folder: string;
  /** Told of each step, in words. */
  readonly say: (line: string) => void;
  /** The interpreter to make it with. Default: `uv`'s choice where uv is there, else `python3` or `python`. */
  readonly base?: string;
  /** `development`: also the tools with which the worker's own package is checked; in a clone only. Default `use`. */
  readonly purpose?: "use" | "development";
}

/** What was done. */
export interface PythonSetup {
  readonly interpreter: string;
  /** `fresh`: it was as it should be. */
  readonly status: "made" | "fresh";
}

/** The Python releases that DSPy 3.3.1 runs on, as code that prints 1. */
const FITS = "import sys; print(int((3, 10) <= sys.version_info[:2] < (3, 15)))";
const FITTING = "3.10 to 3.14";

/** The interpreter in an environment's folder. */
export function interpreterIn(folder: string): string {
  return process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
}

/**
 * Makes an environment, or leaves one alone that holds just what is pinned.
 *
 * Every package is held against its hash: what is installed is what was tested, whoever serves it. Uses `uv` where it is there. Rejects with
 * PYTHON_UNFIT where no Python fits, PYTHON_SETUP_FAILED where a step fails.
 */
export async function setupPython(options: PythonSetupOptions): Promise<PythonSetup> {
  const { folder, say, purpose = "use" } = options;
  const interpreter = interpreterIn(folder);
  const files = requirementFiles(purpose);
  const stamp = join(folder, "requirements.sha256");
  const wanted = hashOf(files);
  if (existsSync(interpreter) && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) {
    return { interpreter, status: "fresh" };
  }
  const hasUv = spawnSync("uv", ["--version"]).status === 0;
  if (!existsSync(interpreter)) await makeEnvironment(options, hasUv);
  say("installing DSPy and what the worker needs (some hundred megabytes; a few minutes) …");
  const listed = files.flatMap((file) => ["-r", file]);
  if (hasUv) await run("uv", ["pip", "install", "--quiet", "--python", interpreter, "--require-hashes", ...listed]);
  else
    await run(interpreter, [
      "-m",
      "pip",
      "install",
      "--quiet",
      "--disable-pip-version-check",
      "--require-hashes",
      ...listed,
    ]);
  writeFileSync(stamp, wanted);
  return { interpreter, status: "made" };
}

async function makeEnvironment({ folder, say, base }: PythonSetupOptions, hasUv: boolean): Promise<void> {
  if (hasUv) {
    say(`making a virtual environment in ${folder} with uv …`);
    await run("uv", ["venv", "--quiet", "--python", base ?? ">=3.10,<3.15", folder]);
    return;
  }
  const found = (base === undefined ? ["python3", "python"] : [base]).find(fits);
  if (found === undefined) throw pythonUnfit(base ?? "python3 or python");
  say(`making a virtual environment in ${folder} with ${found} …`);
  await run(found, ["-m", "venv", folder]);
}

function requirementFiles(purpose: "use" | "development"): readonly string[] {
  const names = purpose === "use" ? ["requirements.txt"] : ["requirements.txt", "requirements-dev.txt"];
  return names.map((name) => fileURLToPath(new URL(`../python/${name}`, import.meta.url)));
}

function hashOf(files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex");
}

function fits(interpreter: string): boolean {
  return spawnSync(interpreter, ["-c", FITS], { encoding: "utf8" }).stdout?.trim() === "1";
}

/** Runs a step; what it prints goes to stderr, so that a command's result stays alone on stdout. */
async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ["ignore", 2, 2], windowsHide: true });
  const ended = await new Promise<string | undefined>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("exit", (code, signal) => resolve(code === 0 ? undefined : `it ended with ${signal ?? `code ${code}`}`));
  });
  if (ended === undefined) return;
  throw new BaseError(
    "PYTHON_SETUP_FAILED",
    `\`${[command, ...args].join(" ")}\` failed: ${ended}. What it printed is above; check the network and the space on the disk, then try again.`,
    { retryable: true, details: { command, args } },
  );
}

function pythonUnfit(tried: string): BaseError {
  return new BaseError(
    "PYTHON_UNFIT",
    `Expected a Python ${FITTING} as ${tried}, found none. Install one, or uv (https://docs.astral.sh/uv), which brings it; then try again.`,
    { details: { tried } },
  );
}
