#!/usr/bin/env node
// The `dspex` command: hands the process to `runCli` and ends it with the code that comes back.
// Knows nothing of commands.
import { existsSync, readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { runCli } from "./run-cli.ts";

// A reader that has seen enough (`dspex ls | head`) closes the pipe. That is no failure, and no reason to end a run half-way.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

const code = await runCli({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  version: versionOfPackage(),
  stdout: process.stdout,
  stderr: process.stderr,
  readStdin: () => text(process.stdin),
  signals: process,
  leave: (exitCode) => process.exit(exitCode),
});
// Both streams are written out first; then out at once, since a user's file may have left timers or sockets behind.
await Promise.all([process.stdout, process.stderr].map((stream) => new Promise((done) => stream.write("", done))));
process.exit(code);

/** The nearest package.json above: beside this folder in the sources, one further up in what is published. */
function versionOfPackage(): string {
  for (const path of ["../package.json", "../../package.json"]) {
    const file = fileURLToPath(new URL(path, import.meta.url));
    if (!existsSync(file)) continue;
    const { version }: { version?: unknown } = JSON.parse(readFileSync(file, "utf8"));
    if (typeof version === "string") return version;
  }
  return "unknown";
}
