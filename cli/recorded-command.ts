// How a command is written into a run's record, so that the same command finds the run again and `dspex resume` can repeat it.
// Knows nothing of stores.
import { resolve } from "node:path";
import { FLAGS, type Flag, type FlagName, type FlagValues } from "./flags.ts";

/** Flags whose value is a path; recorded absolute, so that the folder a command is given in does not count. */
const PATHS: readonly FlagName[] = ["data", "valdata"];

/**
 * A command as arguments that make the same run again: the flags that decide what is computed, sorted.
 *
 * How it is shown, how fast it goes and what is done with its result do not count.
 */
export function recordedArguments(
  commandName: string,
  flags: FlagValues,
  cwd: string,
  overrides: FlagValues = {},
): readonly string[] {
  const all: FlagValues = { ...flags, ...overrides };
  const names = (Object.keys(FLAGS) as FlagName[]).filter((name) => decides(FLAGS[name])).sort();
  return [
    commandName,
    ...names.flatMap((name) => {
      const value = all[name];
      if (value === undefined) return [];
      const values = Array.isArray(value) ? [...value].sort() : [value];
      return values.map(
        (each) => `--${name}=${PATHS.includes(name) ? resolve(cwd, String(each)) : durationText(name, each)}`,
      );
    }),
  ];
}

function decides(flag: Flag): boolean {
  return flag.decides === true;
}

/** Durations are held in milliseconds, and a bare number on the command line would be read as seconds. */
function durationText(name: FlagName, value: unknown): string {
  return FLAGS[name].kind === "duration" ? `${String(value)}ms` : String(value);
}
