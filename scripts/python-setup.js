// Makes the Python environment that the services tests need: `.dspex/python` with the DSPy release we are held to. Plain JS for Node 18 and later.
// Must not import anything that an installation brings.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const DSPY = "3.3.1";
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const environment = join(root, ".dspex", "python");
const python =
  process.platform === "win32" ? join(environment, "Scripts", "python.exe") : join(environment, "bin", "python");

if (hasDspy()) {
  say(`DSPy ${DSPY} is in ${environment}.`);
} else {
  const base = findPython();
  if (base === undefined) fail("no Python 3.10 to 3.14 was found as python3 or python. Install one, then try again.");
  if (!existsSync(python)) {
    say(`making a virtual environment in ${environment} with ${base} …`);
    run(base, ["-m", "venv", environment]);
  }
  say(`installing DSPy ${DSPY} (some hundred megabytes; a few minutes) …`);
  run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `dspy==${DSPY}`]);
  if (!hasDspy()) fail(`pip ended well, but DSPy ${DSPY} is not in ${environment}. Remove that folder and try again.`);
  say(`DSPy ${DSPY} is in ${environment}.`);
}

/** Asks for the installed version, which does not import DSPy itself: that takes seconds. */
function hasDspy() {
  if (!existsSync(python)) return false;
  const script = "import importlib.metadata; print(importlib.metadata.version('dspy'))";
  return spawnSync(python, ["-c", script], { encoding: "utf8" }).stdout?.trim() === DSPY;
}

function findPython() {
  const script = "import sys; print(int((3, 10) <= sys.version_info[:2] < (3, 15)))";
  return ["python3", "python"].find(
    (name) => spawnSync(name, ["-c", script], { encoding: "utf8" }).stdout?.trim() === "1",
  );
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: "inherit" });
  if (status !== 0) fail(`\`${[command, ...args].join(" ")}\` failed${error ? `: ${error.message}` : ""}.`);
}

function say(text) {
  process.stderr.write(`dspex: ${text}\n`);
}

function fail(text) {
  process.stderr.write(`dspex: ${text}\n`);
  process.exit(1);
}
