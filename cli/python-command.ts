// `dspex python setup` and `dspex python doctor`: makes the environment that workers run in, and looks whether one is fit.
// Knows nothing of how either is done.
import { join } from "node:path";
import { checkPython, interpreterIn, type PythonCheck, setupPython } from "../index.ts";
import type { CommandContext } from "./command.ts";
import { wordUnknown } from "./errors.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { table } from "./table.ts";

/** Makes, or looks. */
export async function pythonCommand(context: CommandContext): Promise<ExitCode> {
  const [task = ""] = context.positionals;
  if (task === "setup") return setup(context);
  if (task === "doctor") return doctor(context);
  throw wordUnknown("task", task, ["setup", "doctor"], "See dspex python --help.");
}

async function setup({ flags, output, cwd }: CommandContext): Promise<ExitCode> {
  const folder = folderIn(cwd);
  const made = await setupPython({
    folder,
    say: (line) => output.note(line),
    purpose: flags.development === true ? "development" : "use",
    ...(flags.python === undefined ? {} : { base: flags.python }),
  });
  const said = made.status === "fresh" ? "holds what is pinned already" : "is ready";
  output.result(`${folder} ${said}`, made);
  return EXIT.ok;
}

async function doctor({ flags, output, cwd, env }: CommandContext): Promise<ExitCode> {
  const interpreter = flags.python ?? interpreterIn(folderIn(cwd));
  const checks = await checkPython({ interpreter, env });
  const cells = checks.map(({ check, status, found, remedy }) => [check, status, found, remedy ?? ""]);
  output.result(table(["check", "status", "found", "remedy"], cells), { interpreter, checks });
  return worst(checks) === "failed" ? EXIT.failed : EXIT.ok;
}

function worst(checks: readonly PythonCheck[]): PythonCheck["status"] {
  const statuses = checks.map(({ status }) => status);
  if (statuses.includes("failed")) return "failed";
  return statuses.includes("warned") ? "warned" : "ok";
}

function folderIn(cwd: string): string {
  return join(cwd, ".dspex", "python");
}
