// Which failure ends the process with which number. The table is in docs/cli.md and under `dspex --help`.
// Knows nothing of commands.
import { errorCode } from "../index.ts";

/** The exit codes by what they mean. */
export const EXIT = {
  ok: 0,
  /** A threshold was missed, or the run failed. */
  failed: 1,
  usage: 2,
  /** The user's file, data, store or settings are wrong. */
  config: 3,
  /** The provider refused, was not reachable or gave no usable answer. */
  provider: 4,
  interrupted: 130,
} as const;

/** A number the process ends with. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const USAGE = new Set(["CLI_USAGE", "PROGRAM_INPUT_INVALID", "CLI_INPUT_INVALID"]);
const CONFIG = new Set([
  "LM_NOT_CONFIGURED",
  "LM_PROVIDER_UNKNOWN",
  "LM_BASE_URL_INVALID",
  "RUN_OPTIONS_INVALID",
  "RUN_CODE_CHANGED",
  "RUN_OPTIMIZER_MISSING",
  "RUN_UNKNOWN",
  "RUNTIME_OPTIONS_INVALID",
  "INSPECTION_NOT_RUNNING",
  "STORE_LOCKED",
  "STORE_FOLDER_NOT_WRITABLE",
  "STORE_FORMAT_NEWER",
  "STORE_FORMAT_UNKNOWN",
]);
const CONFIG_FAMILIES = ["CLI_", "PYTHON_", "EVALUATION_", "OPTIMIZER_OPTION_", "SIGNATURE_", "EXAMPLE_"];

/** The exit code for an error that ended a command. */
export function exitCodeOf(error: unknown): ExitCode {
  return exitCodeOfCode(errorCode(error));
}

/** The exit code for an error's code, such as one read from a record. */
export function exitCodeOfCode(code: string): ExitCode {
  if (code === "RUN_CANCELLED" || code === "LM_ABORTED" || code === "PROGRAM_ABORTED") return EXIT.interrupted;
  if (USAGE.has(code)) return EXIT.usage;
  if (CONFIG.has(code) || CONFIG_FAMILIES.some((family) => code.startsWith(family))) return EXIT.config;
  if (code.startsWith("LM_")) return EXIT.provider;
  return EXIT.failed;
}
