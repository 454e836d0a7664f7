// One command from its arguments to its exit code. Everything of the process is passed in.
// Knows nothing of what commands do.
import { Console } from "node:console";
import { Writable } from "node:stream";
import { isBaseError } from "../index.ts";
import type { Command, CommandContext } from "./command.ts";
import { type CommandLine, readCommandLine } from "./command-line.ts";
import { COMMANDS } from "./commands.ts";
import { usageWrong } from "./errors.ts";
import { EXIT, type ExitCode, exitCodeOf } from "./exit-code.ts";
import { commandHelp, mainHelp } from "./help.ts";
import { Interrupts, type SignalSource } from "./interrupts.ts";
import { commandText } from "./open-runtime.ts";
import { Output } from "./output.ts";
import type { TextSink } from "./screen.ts";
import { type OutputLooks, progressMode } from "./terminal.ts";

/** The process around a command. */
export interface CliWorld {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly version: string;
  readonly stdout: TextSink;
  readonly stderr: TextSink & OutputLooks;
  readonly readStdin: () => Promise<string>;
  readonly signals: SignalSource;
  /** Leaves at once; for the third Ctrl-C. */
  readonly leave: (code: ExitCode) => void;
}

/** Runs a command to its end and answers the exit code; every failure is printed, none is thrown. */
export async function runCli(world: CliWorld): Promise<ExitCode> {
  const { argv, env, stdout, stderr } = world;
  // Looked for by hand: a command line that cannot be read must still be answered in the format it asks for.
  const isJson = argv.includes("--json");
  const isJsonLines = /(^| )--progress[ =]json( |$)/.test(argv.join(" ")) || env["DSPEX_PROGRESS"] === "json";
  const isVerbose = argv.includes("--verbose") || /(^|,)dspex(,|$)/.test(env["DEBUG"] ?? "");
  const output = new Output({
    stdout,
    stderr,
    env,
    format: isJson ? "json" : "text",
    detail: isVerbose ? "stacks" : "plain",
    notes: isJsonLines ? "json" : "text",
  });
  try {
    const line = readCommandLine(argv, env, COMMANDS);
    const command = COMMANDS.find(({ commandName }) => commandName === line.commandName);
    if (line.flags.version === true) output.result(world.version, { version: world.version });
    else if (line.flags.help === true) {
      const help = command === undefined ? mainHelp(COMMANDS) : commandHelp(command);
      output.result(help, { help });
    } else if (command === undefined) {
      output.note(mainHelp(COMMANDS));
      throw usageWrong("Expected a command, got none.");
    } else return await runCommand(world, output, command, line);
    return EXIT.ok;
  } catch (error) {
    output.error(error);
    return exitCodeOf(error);
  }
}

async function runCommand(world: CliWorld, output: Output, command: Command, line: CommandLine): Promise<ExitCode> {
  const [least, most] = command.positionals;
  const given = line.positionals.length;
  if (given < least || given > most) {
    const expected = `dspex ${[command.commandName, command.arguments].filter((part) => part !== "").join(" ")}`;
    const extra =
      given > most
        ? `; nothing is expected behind ${JSON.stringify(line.positionals[most - 1] ?? command.commandName)}`
        : "";
    throw usageWrong(`Expected ${expected}, got ${given === 0 ? "nothing" : line.positionals.join(" ")}${extra}.`);
  }
  const interrupts = new Interrupts({
    say: (text) => output.note(text),
    leave: () => world.leave(EXIT.interrupted),
  });
  const context: CommandContext = {
    positionals: line.positionals,
    flags: line.flags,
    env: world.env,
    cwd: world.cwd,
    output,
    progress: progressMode(line.flags.progress, world.stderr, world.env),
    signals: interrupts,
    readStdin: world.readStdin,
    commands: COMMANDS,
  };
  const work = await command.load();
  if (command.kind === "reads") return work(context);
  const ignore = interrupts.listen(world.signals);
  // What a user's file says with console.log belongs to people: stdout holds the result and nothing else.
  const before = globalThis.console;
  globalThis.console = consoleOn(output);
  try {
    return await work(context);
  } catch (error) {
    output.error(error);
    const runId = isBaseError(error, "RUN_CANCELLED") ? error.details["runId"] : undefined;
    if (typeof runId === "string") output.note(`Go on with: ${commandText(context, "resume", runId)}`);
    // Whatever else broke because it was interrupted: the interruption is the news.
    return interrupts.drain.aborted ? EXIT.interrupted : exitCodeOf(error);
  } finally {
    globalThis.console = before;
    ignore();
  }
}

function consoleOn(output: Output): Console {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      output.note(String(chunk).replace(/\n$/, ""));
      done();
    },
  });
  return new Console({ stdout: stream, stderr: stream });
}
