// The failures of optimizers, worded once.
// Knows nothing of who raises them.
import { BaseError, type ErrorRecord, fromErrorRecord, nearest } from "../runtime/base/index.ts";

/** An option has a name that the optimizer does not know. */
export function optionUnknown(optimizerName: string, option: string, known: readonly string[]): BaseError {
  const near = nearest(option, known);
  const hint = near === undefined ? `It takes ${known.join(", ")}.` : `Did you mean "${near}"?`;
  return new BaseError("OPTIMIZER_OPTION_UNKNOWN", `${optimizerName} has no option "${option}". ${hint}`, {
    details: { optimizer: optimizerName, option, known },
  });
}

/** An option has a value that makes no sense. */
export function optionInvalid(optimizerName: string, option: string, expected: string, found: unknown): BaseError {
  const came = typeof found === "string" ? JSON.stringify(found) : String(found);
  return new BaseError(
    "OPTIMIZER_OPTION_INVALID",
    `Expected option "${option}" of ${optimizerName} to be ${expected}, found ${came}.`,
    { details: { optimizer: optimizerName, option, expected } },
  );
}

/** An optimizer compares candidates, and the study has nothing to compare them by. */
export function metricMissing(optimizerName: string): BaseError {
  return new BaseError(
    "OPTIMIZER_METRIC_MISSING",
    `${optimizerName} compares candidates by a metric, and the study has none. Pass { metric } where you start it.`,
    { details: { optimizer: optimizerName } },
  );
}

/** Teacher and student are not the same program in two states. */
export function teacherMismatched(message: string, details: Readonly<Record<string, unknown>>): BaseError {
  return new BaseError(
    "OPTIMIZER_TEACHER_MISMATCHED",
    `${message} A teacher's traces become the student's demonstrations, so both need the same predictors with the same signatures.`,
    { details },
  );
}

/** Too many runs of the teacher, or of a candidate, came to nothing. */
export function tooManyFailures(
  place: string,
  failures: number,
  last: ErrorRecord | undefined,
  hint: string,
): BaseError {
  const said = last === undefined ? "" : ` The last one: ${last.message}`;
  return new BaseError(
    "OPTIMIZER_TOO_MANY_FAILURES",
    `Gave up at ${place}: ${failures} ${failures === 1 ? "run" : "runs"} failed.${said} ${hint}`,
    {
      ...(last === undefined ? {} : { cause: fromErrorRecord(last) }),
      details: { place, failures },
    },
  );
}

/** No candidate got a score, so there is no best one. */
export function nothingScored(optimizerName: string, candidates: number, last: ErrorRecord | undefined): BaseError {
  const said = last === undefined ? "" : ` The last failure: ${last.message}`;
  return new BaseError(
    "OPTIMIZER_NOTHING_SCORED",
    `${optimizerName} tried ${candidates} candidates and none got a score, so there is no best one.${said} Evaluate the program alone to see what fails.`,
    {
      ...(last === undefined ? {} : { cause: fromErrorRecord(last) }),
      details: { optimizer: optimizerName, candidates },
    },
  );
}

/** An optimizer named two pieces of work alike. */
export function slotRepeated(kind: "slot" | "trial", name: string): BaseError {
  return new BaseError(
    "OPTIMIZER_SLOT_REPEATED",
    `Expected each ${kind} of a study to be named once, found "${name}" twice. Make the name from the position in the search, such as "round 2/candidate 3".`,
    { details: { kind, name } },
  );
}

/** An optimizer is to run in Python, and the study has no way there. */
export function remoteMissing(optimizerName: string): BaseError {
  return new BaseError(
    "OPTIMIZER_PYTHON_MISSING",
    `${optimizerName} runs in Python, and this study has no way there. Start it from a runtime with Python: createRuntime({ python: {} }).`,
    { details: { optimizer: optimizerName } },
  );
}

/** What an optimizer in Python sent makes no sense. */
export function remoteInvalid(problem: string): BaseError {
  return new BaseError(
    "OPTIMIZER_REMOTE_INVALID",
    `The optimizer in Python cannot be followed: ${problem}. Worker and host may be of different releases.`,
    { details: { problem } },
  );
}

/** An example was evaluated in Python and got no score. */
export function remoteUnscored(): BaseError {
  return new BaseError(
    "OPTIMIZER_REMOTE_UNSCORED",
    "The example got no score in Python: its program or its metric failed there. The worker's log says how.",
  );
}

/** A metric that lives in Python is asked here. */
export function metricElsewhere(name: string): BaseError {
  return new BaseError(
    "OPTIMIZER_METRIC_ELSEWHERE",
    `The metric "${name}" lives in Python, where only an optimizer of Python's can ask it. Pass a metric of this side, or make one that calls it: runtime.python.call("${name}", …).`,
    { details: { metric: name } },
  );
}
