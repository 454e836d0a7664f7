// The command line of `npm start`.
// Knows nothing of what the options do.
import { parseArgs } from "node:util";

/** What the command line asks for. */
export interface TicketsArguments {
  /** `provider/model`. */
  readonly lm: string;
  /** Folder of the record. */
  readonly store: string;
  /** Demonstrations per candidate at most. */
  readonly demos: number;
  /** Shuffled candidates, beside the three that are always tried. */
  readonly candidates: number;
  /** Examples in flight at once, per evaluation. */
  readonly window: number;
  readonly seed: number;
}

/** The text of `--help`. */
export const USAGE = `npm start -- [options]

Routes support tickets to eight teams: measures the program, optimizes it, and measures it again on untouched tickets.

  --lm NAME         model, such as openai/gpt-4o-mini (needs OPENAI_API_KEY). Default local/in-context: offline, free, no language model
  --store FOLDER    where the record lies. Default .dspex
  --demos N         demonstrations per candidate at most. Default 64 offline, 16 with a real model
  --candidates N    shuffled candidates to try, beside the three that are always tried. Default 16 offline, 6 with a real model
  --window N        examples in flight at once, per evaluation. Default 16
  --seed N          seeds everything that draws. Default 0
  --help            this text
`;

/** The offline learner's name. */
export const OFFLINE_LM = "local/in-context";

/** Reads the command line. "help" where it asks for help; throws an Error that says what is wrong with it. */
export function readArguments(args: readonly string[]): TicketsArguments | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      lm: { type: "string", default: OFFLINE_LM },
      store: { type: "string", default: ".dspex" },
      demos: { type: "string" },
      candidates: { type: "string" },
      window: { type: "string" },
      seed: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const isOffline = values.lm === OFFLINE_LM;
  return {
    lm: values.lm,
    store: values.store,
    demos: wholeNumber("demos", values.demos, isOffline ? 64 : 16, 1),
    candidates: wholeNumber("candidates", values.candidates, isOffline ? 16 : 6, 0),
    window: wholeNumber("window", values.window, 16, 1),
    seed: wholeNumber("seed", values.seed, 0, 0),
  };
}

function wholeNumber(option: string, given: string | undefined, otherwise: number, least: number): number {
  if (given === undefined) return otherwise;
  const value = Number(given);
  if (/^\d+$/.test(given) && Number.isSafeInteger(value) && value >= least) return value;
  throw new Error(`Expected --${option} to be a whole number from ${least}, got "${given}".`);
}
