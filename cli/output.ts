// The two streams of a command: results on stdout, everything else on stderr.
// Knows nothing of what results are.
import { styleText } from "node:util";
import { BaseError, errorCode, toErrorRecord } from "../index.ts";
import { Screen, type TextSink } from "./screen.ts";
import { columnsOf, mayColour, type OutputLooks } from "./terminal.ts";

/** How an output is made. */
export interface OutputOptions {
  readonly stdout: TextSink;
  readonly stderr: TextSink & OutputLooks;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly format: "text" | "json";
  /** `stacks`: errors are shown with theirs. */
  readonly detail: "plain" | "stacks";
  /** `json`: whatever stderr says is a JSON object per line, for `--progress json`. */
  readonly notes: "text" | "json";
}

/** Where a command says things. */
export class Output {
  /** Lines on stderr, and the live block under them. */
  readonly screen: Screen;
  readonly #options: OutputOptions;

  constructor(options: OutputOptions) {
    this.#options = options;
    this.screen = new Screen(options.stderr);
  }

  get format(): "text" | "json" {
    return this.#options.format;
  }

  columns(): number {
    return columnsOf(this.#options.stderr, this.#options.env);
  }

  /** The command's result: the text, or with `--json` the value. Called once. */
  result(text: string, value: unknown): void {
    const shown = this.format === "json" ? JSON.stringify(value, jsonable) : text;
    if (shown !== "") this.#options.stdout.write(`${shown}\n`);
  }

  /** A line for people, on stderr. */
  note(text: string): void {
    this.screen.line(this.#options.notes === "json" ? JSON.stringify({ type: "note", message: text }) : text);
  }

  /** An error: `code: message` on stderr; with `--json` also as the result `{ error }` on stdout. */
  error(error: unknown): void {
    const stacks = this.#options.detail === "stacks";
    this.screen.block([]);
    if (this.#options.notes === "json") {
      this.screen.line(JSON.stringify({ type: "error", error: errorJson(error, stacks) }, jsonable));
    } else this.#errorText(error, stacks);
    if (this.format === "json") this.result("", { error: errorJson(error, stacks) });
  }

  #errorText(error: unknown, stacks: boolean): void {
    this.screen.line(`${this.#red(errorCode(error))}: ${messageOf(error)}`);
    if (stacks) this.screen.line(stackOf(error));
    else if (!(error instanceof BaseError)) {
      this.screen.line("This is no error that dspex words itself; DEBUG=dspex or --verbose shows where it came from.");
    }
  }

  #red(text: string): string {
    return mayColour(this.#options.stderr, this.#options.env)
      ? styleText("red", text, { validateStream: false })
      : text;
  }
}

/** An error as `--json` prints it: code, message, details; stacks only where they are wanted. */
function errorJson(error: unknown, stacks: boolean): unknown {
  const { stack, cause, ...record } = toErrorRecord(error);
  const shown = { code: errorCode(error), ...record };
  if (!stacks) return cause === undefined ? shown : { ...shown, cause: { name: cause.name, message: cause.message } };
  return { ...shown, stack, ...(cause === undefined ? {} : { cause }) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : toErrorRecord(error).message;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return messageOf(error);
  const own = error.stack ?? messageOf(error);
  return error.cause === undefined ? own : `${own}\ncaused by ${stackOf(error.cause)}`;
}

/** JSON has no word for a bigint; its digits say the same. */
function jsonable(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}
