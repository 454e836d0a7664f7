// Words for what the kernel says, the same words that the Erlang side writes: reasons, errors, values.
// Must not know what is run or what is expected.
import { BaseError, type ExitReason, Failure } from "../../runtime/index.ts";

const RESULTS: Readonly<Record<string, string>> = {
  CHILD_ALREADY_STARTED: "error already_started",
  CHILD_ALREADY_PRESENT: "error already_present",
  CHILD_UNKNOWN: "error not_found",
  CHILD_RUNNING: "error running",
  CHILD_RESTARTING: "error restarting",
  NAME_TAKEN: "error already_started",
  KEY_TAKEN: "error already_started",
  CHILDREN_FULL: "error max_children",
  START_IGNORED: "ignored",
  START_TIMEOUT: "error timeout",
  SUPERVISOR_DYNAMIC: "error simple_one_for_one",
};
/** OTP's names of what our options and specs call otherwise. */
const FIELDS: Readonly<Record<string, string>> = {
  periodMs: "period",
  autoShutdown: "auto_shutdown",
  restart: "restart_type",
  type: "child_type",
};
const PLAIN_REASONS = ["normal", "shutdown", "kill", "killed", "noproc"];

/** A reason of the language as the kernel's. */
export function toReason(term: unknown): ExitReason {
  if (typeof term === "object" && term !== null && "shutdown" in term) return { shutdown: term.shutdown };
  return PLAIN_REASONS.includes(String(term)) ? (term as ExitReason) : { exit: term };
}

export function wordsOfReason(reason: ExitReason): string {
  if (typeof reason === "string") return reason;
  if (reason instanceof Failure) return wordsOfThrown(reason.thrown);
  if ("exit" in reason) return reason.exit instanceof Error ? wordsOfThrown(reason.exit) : String(reason.exit);
  const { shutdown } = reason;
  if (typeof shutdown === "object" && shutdown !== null && "failedToStart" in shutdown && "reason" in shutdown) {
    // The kernel's supervisor says no other thing under these two keys.
    return `shutdown(failed_to_start(${shutdown.failedToStart},${wordsOfReason(shutdown.reason as ExitReason)}))`;
  }
  return `shutdown(${String(shutdown)})`;
}

function wordsOfThrown(thrown: unknown): string {
  if (!(thrown instanceof BaseError))
    return thrown instanceof Error ? `error(${thrown.message})` : `nocatch(${thrown})`;
  const words = wordsOfError(thrown);
  return words.slice(words.indexOf(" ") + 1);
}

function fieldOf(name: unknown): string {
  return FIELDS[String(name)] ?? String(name);
}

/** What one gets who asked for something and got an error. @throws what is no answer of the kernel's */
export function wordsOfError(error: unknown): string {
  if (!(error instanceof BaseError)) throw error;
  const { code, details } = error;
  const known = RESULTS[code];
  if (known !== undefined) return known;
  switch (code) {
    case "START_FAILED":
      return `error ${wordsOfReason(details["reason"] as ExitReason)}`;
    case "ACTOR_DOWN":
    case "STOP_FAILED":
      return `exit ${wordsOfReason(details["reason"] as ExitReason)}`;
    case "CALL_TIMEOUT":
    case "STOP_TIMEOUT":
    case "TASK_TIMEOUT":
      return "exit timeout";
    case "CALLING_SELF":
      return "exit calling_self";
    case "NAME_UNKNOWN":
      return "exit noproc";
    case "RESULT_INVALID":
      return "exit bad_return";
    case "OPTION_INVALID":
      return `error invalid(${fieldOf(details["option"])})`;
    case "CHILD_SPEC_INVALID":
      return `error invalid(${fieldOf(details["field"])})`;
    default:
      throw error;
  }
}

/** The words of an answer or of the error that came instead. */
export async function answered(ask: () => Promise<string>): Promise<string> {
  try {
    return await ask();
  } catch (error) {
    return wordsOfError(error);
  }
}
