// Reads an argument vector and an environment into a command, its positionals and its flags.
// Knows nothing of what commands do; which there are is passed in.
import { parseArgs } from "node:util";
import { usageWrong, wordUnknown } from "./errors.ts";
import { flagValue } from "./flag-value.ts";
import { FLAGS, type FlagName, type FlagValues, flagNamed, flagVariables } from "./flags.ts";

/** What a command accepts. */
export interface CommandShape {
  readonly commandName: string;
  readonly flags: readonly FlagName[];
}

/** What a person typed. */
export interface CommandLine {
  /** Absent for `dspex`, `dspex --help`, `dspex --version`. */
  readonly commandName: string | undefined;
  readonly positionals: readonly string[];
  readonly flags: FlagValues;
}

type Environment = Readonly<Record<string, string | undefined>>;

const EVERYWHERE: readonly FlagName[] = ["help", "version", "json", "verbose", "progress"];

/**
 * Reads the command line; a flag wins over its environment variable.
 *
 * @throws CLI_USAGE for an unknown command, flag or `DSPEX_…` variable (with the nearest name) and for a value of the wrong type.
 */
export function readCommandLine(
  argv: readonly string[],
  env: Environment,
  commands: readonly CommandShape[],
): CommandLine {
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: parserOptions(),
  });
  const words = tokens.flatMap((token) => (token.kind === "positional" ? [token.value] : []));
  const [commandName, ...positionals] = words;
  const shape = commands.find((command) => command.commandName === commandName);
  if (commandName !== undefined && shape === undefined) {
    const names = commands.map((command) => command.commandName);
    throw wordUnknown("command", commandName, names, "See dspex --help.");
  }
  const legal = shape === undefined ? EVERYWHERE : [...shape.flags, ...EVERYWHERE];
  const flags: Record<string, unknown> = fromEnvironment(env, legal);
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const flag = flagNamed(token.name);
    if (flag === undefined || !legal.some((name) => name === token.name))
      throw flagUnknown(token.rawName, shape, legal);
    if (flag.kind !== "switch" && (token.value === undefined || (!token.inlineValue && token.value.startsWith("--")))) {
      throw usageWrong(
        `Expected ${token.rawName} to be followed by ${flag.value ?? "a value"}, got ${token.value ?? "nothing"}.`,
      );
    }
    const value = flagValue(flag, token.rawName, token.value ?? "");
    const before = flags[token.name];
    flags[token.name] = flag.kind === "texts" ? [...(Array.isArray(before) ? before : []), value] : value;
  }
  // Each value was made by `flagValue` for the kind of its flag.
  return { commandName, positionals, flags: flags as FlagValues };
}

function parserOptions() {
  return Object.fromEntries(
    Object.keys(FLAGS).map((name) => {
      const flag = flagNamed(name);
      const type = flag?.kind === "switch" ? ("boolean" as const) : ("string" as const);
      return [name, flag?.short === undefined ? { type } : { type, short: flag.short }];
    }),
  );
}

/** Variables of ours that are set; an empty one counts as not set, as shells leave them. */
function fromEnvironment(env: Environment, legal: readonly FlagName[]): Record<string, unknown> {
  const variables = flagVariables();
  const values: Record<string, unknown> = {};
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith("DSPEX_") || text === undefined || text === "") continue;
    const name = variables.get(variable);
    if (name === undefined) {
      throw wordUnknown("environment variable", variable, [...variables.keys()], "Unset it, or put its name right.");
    }
    if (legal.includes(name)) values[name] = flagValue(FLAGS[name], variable, text);
  }
  return values;
}

function flagUnknown(rawName: string, shape: CommandShape | undefined, legal: readonly FlagName[]) {
  const of = shape === undefined ? "" : ` ${shape.commandName}`;
  const advice = `See dspex${of} --help.`;
  const word = rawName.replace(/^-+/, "");
  if (flagNamed(word) !== undefined) {
    return usageWrong(`dspex${of} takes no flag ${rawName}. ${advice}`, { flag: rawName });
  }
  return wordUnknown(
    "flag",
    rawName,
    legal.map((name) => `--${name}`),
    advice,
    "omit",
  );
}
