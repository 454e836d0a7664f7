// The texts of `--help`, made from the tables of commands and flags.
// Knows nothing of terminals beyond their width being unknown: lines are short by themselves.
import type { Command } from "./command.ts";
import { FLAGS, type Flag, type FlagName } from "./flags.ts";

const EVERYWHERE: readonly FlagName[] = ["json", "progress", "verbose", "help", "version"];

const ENDINGS = `Exit codes: 0 done · 1 the run failed or a threshold was missed · 2 wrong usage · 3 wrong file, data, store or settings ·
4 the provider failed or refused · 130 interrupted. Results go to stdout, everything else to stderr.
Ctrl-C once finishes what is in flight, twice cancels it, three times leaves at once; what was finished is kept.`;

/** `dspex --help`. */
export function mainHelp(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((command) => command.commandName.length));
  return `dspex: run, evaluate and optimize programs of language models

Usage: dspex <command> …

Commands:
${commands.map((command) => `  ${command.commandName.padEnd(width)}  ${command.summary}`).join("\n")}

Flags everywhere:
${flagLines(EVERYWHERE)}

dspex <command> --help says which exports of your file a command reads. TypeScript files are loaded as they are (Node 22.18 and later).

${ENDINGS}`;
}

/** `dspex <command> --help`. */
export function commandHelp(command: Command): string {
  return `dspex ${command.commandName}: ${command.summary}

Usage: dspex ${[command.commandName, command.arguments, "[flags]"].filter((part) => part !== "").join(" ")}

${command.details}

Flags:
${flagLines([...command.flags, ...EVERYWHERE])}

${ENDINGS}`;
}

function flagLines(names: readonly FlagName[]): string {
  const heads = names.map((name) => flagHead(name, FLAGS[name]));
  const width = Math.max(...heads.map((head) => head.length));
  return names.map((name, position) => `  ${(heads[position] ?? "").padEnd(width)}  ${helpOf(FLAGS[name])}`).join("\n");
}

function flagHead(name: FlagName, flag: Flag): string {
  const short = flag.short === undefined ? "" : `-${flag.short}, `;
  return `${short}--${name}${flag.value === undefined ? "" : ` ${flag.value}`}`;
}

function helpOf(flag: Flag): string {
  return flag.env === undefined ? flag.help : `${flag.help} [${flag.env}]`;
}
