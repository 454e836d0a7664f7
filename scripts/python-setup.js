// `npm run python:setup` for tests and benches that start it themselves: hands on to `dspex python setup --development`.
// Knows nothing of how an environment is made. Needs the Node that runs the sources.

import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const args = [join(root, "cli", "main.ts"), "python", "setup", "--development"];
process.exitCode = spawnSync(process.execPath, args, { cwd: root, stdio: ["ignore", 2, 2] }).status ?? 1;
