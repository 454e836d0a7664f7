// Whether an interpreter is there: a path is looked at, a bare name such as python3 is looked for as the system does.
// Starts nothing, and knows nothing of pools.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Whether a process could be started by this name, in this environment. */
export function hasInterpreter(interpreter: string, env: Readonly<Record<string, string | undefined>>): boolean {
  if (/[/\\]/.test(interpreter)) return existsSync(interpreter);
  const endings = process.platform === "win32" ? ["", ".exe"] : [""];
  const folders = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.some((folder) => endings.some((ending) => existsSync(join(folder, interpreter + ending))));
}
