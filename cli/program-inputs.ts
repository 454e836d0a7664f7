// The inputs of one call of a program: from --input, a file, stdin, or words such as question="…" on the command line.
// Knows nothing of what the program wants.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileMissing, inputInvalid, usageWrong } from "./errors.ts";

/** What stands on the command line, and how stdin is read. */
export interface InputSources {
  readonly input: string | undefined;
  /** `name=text` or `name:=json`. */
  readonly words: readonly string[];
  readonly readStdin: () => Promise<string>;
  /** Where the path of a file begins. */
  readonly cwd: string;
}

/**
 * Reads the inputs; words win over what `--input` says.
 *
 * Rejects with CLI_USAGE, CLI_INPUT_INVALID, CLI_FILE_MISSING.
 */
export async function programInputs(sources: InputSources): Promise<Record<string, unknown>> {
  const { input, words } = sources;
  if (input === undefined && words.length === 0) {
    throw usageWrong(
      `Expected inputs: --input '{"question": "…"}', --input @file.json, --input - for stdin, or question="…". Got none.`,
    );
  }
  const base = input === undefined ? {} : await fromInput(input, sources);
  return { ...base, ...Object.fromEntries(words.map(fromWord)) };
}

async function fromInput(input: string, { readStdin, cwd }: InputSources): Promise<object> {
  if (input === "-") return parseObject(await readStdin(), "stdin");
  if (!input.startsWith("@")) return parseObject(input, "--input");
  const file = input.slice(1);
  const text = await readFile(resolve(cwd, file), "utf8").catch(() => undefined);
  if (text === undefined) throw fileMissing(file, "--input @FILE names a file that holds one JSON object.");
  return parseObject(text, file);
}

function parseObject(text: string, source: string): object {
  const expected = 'a JSON object such as {"question": "…"}';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw inputInvalid(source, expected, error instanceof Error ? error.message : String(error));
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw inputInvalid(source, expected, Array.isArray(value) ? "an array" : JSON.stringify(value));
  }
  return value;
}

function fromWord(word: string): readonly [string, unknown] {
  const [, name, colon, text = ""] = /^([^=:]+)(:?)=([\s\S]*)$/.exec(word) ?? [];
  if (name === undefined) {
    throw usageWrong(`Expected an input such as question="…" or count:=3 (JSON), got ${JSON.stringify(word)}.`, {
      word,
    });
  }
  if (colon === "") return [name, text];
  try {
    return [name, JSON.parse(text)];
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw usageWrong(
      `Expected JSON behind ${name}:=, got ${JSON.stringify(text)} (${said}). For a text write ${name}=….`,
      { word },
    );
  }
}
