// What a command is and what it is given.
// Only shapes.
import type { CommandShape } from "./command-line.ts";
import type { ExitCode } from "./exit-code.ts";
import type { FlagValues } from "./flags.ts";
import type { EndSignals } from "./interrupts.ts";
import type { Output } from "./output.ts";
import type { ProgressMode } from "./terminal.ts";

/** What a command is given. */
export interface CommandContext {
  readonly positionals: readonly string[];
  readonly flags: FlagValues;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly output: Output;
  readonly progress: ProgressMode;
  readonly signals: EndSignals;
  readonly readStdin: () => Promise<string>;
  /** All there are: a recorded command is read by the same rules. */
  readonly commands: readonly CommandShape[];
}

/** Does a command's work and answers how the process ends. Rejects with what is then printed. */
export type CommandWork = (context: CommandContext) => Promise<ExitCode>;

/** A command as help and the command line know it. */
export interface Command extends CommandShape {
  /** Behind `dspex <name>`. */
  readonly arguments: string;
  /** The fewest and the most positionals. */
  readonly positionals: readonly [number, number];
  readonly summary: string;
  /** Below the flags of its help: which exports it reads, examples. */
  readonly details: string;
  /** `runs`: Ctrl-C ends it step by step. `reads`: Ctrl-C ends the process, as by default. */
  readonly kind: "runs" | "reads";
  /** Loaded when it is needed, so that help is quick. */
  readonly load: () => Promise<CommandWork>;
}
