// Reads a chat answer into outputs: finds the sections, coerces each to its field's type.
// Knows nothing of prompts.

import { readOutputs } from "./answer.ts";
import type { Compat } from "./compat.ts";
import type { Field } from "./field.ts";
import { splitLines, strip } from "./python/text.ts";
import type { AnySignature } from "./signature.ts";

/** A header as DSPy reads it: to the character, at a line's begin. */
export const STRICT_HEADER = /^\[\[ ## ([\p{L}\p{N}_]+) ## \]\]/u;
/** A header as models also write it. */
export const TOLERANT_HEADER = /^\[\[\s*##\s*([\p{L}\p{N}_]+)\s*##\s*\]\]/u;

/** Reads the answers of one predictor. */
export class ChatAnswer {
  readonly #compat: Compat | undefined;
  readonly #outputs: readonly Field[];
  readonly #names: ReadonlySet<string>;

  constructor(signature: AnySignature, compat: Compat | undefined) {
    this.#compat = compat;
    this.#outputs = signature.outputs;
    this.#names = new Set(signature.outputs.map((field) => field.name));
  }

  /** The outputs in a completion, as plain values in the signature's order. Throws PROGRAM_PARSE_FAILED with a reason per field. */
  parse(text: string): Record<string, unknown> {
    const sections = readSections(text, this.#names, this.#compat);
    return readOutputs(
      {
        adapterName: "chat",
        outputs: this.#outputs,
        compat: this.#compat,
        text,
        absence: "its section is missing",
      },
      (field) => sections.get(field.name),
    );
  }
}

/** The first section of each wanted name, stripped. */
function readSections(text: string, names: ReadonlySet<string>, compat: Compat | undefined): Map<string, string> {
  const sections = new Map<string, string>();
  const pattern = compat === undefined ? TOLERANT_HEADER : STRICT_HEADER;
  let name: string | undefined;
  let lines: string[] = [];
  for (const line of splitLines(text)) {
    const stripped = strip(line);
    const match = stripped.startsWith("[[") ? pattern.exec(stripped) : null;
    if (match === null) {
      lines.push(line);
      continue;
    }
    closeSection(sections, names, name, lines);
    name = match[1];
    // DSPy cuts the unstripped line at the stripped one's offset, which leaves marker debris where the header is indented.
    const rest = strip((compat === undefined ? stripped : line).slice(sliceOffset(compat, line, match[0])));
    lines = rest === "" ? [] : [rest];
  }
  closeSection(sections, names, name, lines);
  return sections;
}

function sliceOffset(compat: Compat | undefined, line: string, header: string): number {
  if (compat === undefined) return header.length;
  // Python counts code points, JavaScript UTF-16 units: the offset is carried over by points.
  const points = [...header].length;
  return [...line].slice(0, points).join("").length;
}

function closeSection(
  sections: Map<string, string>,
  names: ReadonlySet<string>,
  name: string | undefined,
  lines: readonly string[],
): void {
  if (name === undefined || !names.has(name) || sections.has(name)) return;
  sections.set(name, strip(lines.join("\n")));
}
