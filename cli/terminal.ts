// What of the terminal and the environment decides how things are printed: colour, width, live or plain.
// Knows nothing of what is printed.

/** A stream as far as its looks go. */
export interface OutputLooks {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** How progress is shown. */
export type ProgressMode = "none" | "plain" | "live" | "json";

/** Whether to colour: FORCE_COLOR (not 0 or false) says yes before NO_COLOR says no; else a terminal that is not dumb. */
export function mayColour(stream: OutputLooks, env: Environment): boolean {
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined && forced !== "0" && forced !== "false") return true;
  if (forced !== undefined || isSet(env["NO_COLOR"])) return false;
  return stream.isTTY === true && env["TERM"] !== "dumb";
}

/** How progress is shown where `--progress` says auto: live on a terminal that can redraw and is watched by a person. */
export function progressMode(asked: string | undefined, stream: OutputLooks, env: Environment): ProgressMode {
  if (asked === "none" || asked === "plain" || asked === "live" || asked === "json") {
    // A redrawn line off a terminal is a file full of control characters.
    return asked === "live" && stream.isTTY !== true ? "plain" : asked;
  }
  const isWatched = stream.isTTY === true && env["TERM"] !== "dumb" && !isSet(env["CI"]);
  return isWatched ? "live" : "plain";
}

/** The width to fit: COLUMNS, else what the terminal says, else 80. */
export function columnsOf(stream: OutputLooks, env: Environment): number {
  const told = Number(env["COLUMNS"]);
  if (Number.isSafeInteger(told) && told > 0) return told;
  return stream.columns !== undefined && stream.columns > 0 ? stream.columns : 80;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false";
}
