// Starts the real DSPy, which the services tests ask what it does.
// Knows no case.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const fromRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
/** The interpreter of the environment. */
export const python = fromRoot(
  process.platform === "win32" ? ".dspex/python/Scripts/python.exe" : ".dspex/python/bin/python",
);

let brought: "no" | "yes" = "no";

/** Makes the environment where it is missing, or fails naming the command that does. */
export function bringDspy(): void {
  if (brought === "yes") return;
  const setup = spawnSync(process.execPath, [fromRoot("scripts/python-setup.js")], { encoding: "utf8" });
  if (setup.status !== 0 || !existsSync(python)) {
    throw new Error(`These tests need the real DSPy. Run \`npm run python:setup\`, then try again.\n${setup.stderr}`);
  }
  brought = "yes";
}

/** Runs one of the scripts beside this file with JSON in and JSON out. */
export function askDspy(script: string, input: unknown): unknown {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const { status, stdout, stderr } = spawnSync(python, [file], {
    input: JSON.stringify(input),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${script} failed:\n${stderr}`);
  return JSON.parse(stdout);
}
