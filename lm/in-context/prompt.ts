// Reads a chat prompt back into what it was made of: fields, instructions, demonstrations and the turn to answer.
// Knows the chat adapter's text format and nothing of learning; the adapter's own code is in another room on purpose.
import type { ChatMessage, LmRequest } from "../request.ts";
import { type FieldKind, fieldKind } from "./field-kind.ts";

/** An input or output field as the system message describes it. */
export interface PromptField {
  readonly name: string;
  /** The author's description with constraints; empty where there is none. */
  readonly description: string;
  readonly kind: FieldKind;
}

/** The texts of the fields that one turn holds, by field name. */
export type TurnValues = ReadonlyMap<string, string>;

/** A demonstration: a question turn and the answer turn that follows it. */
export interface Demonstration {
  readonly inputs: TurnValues;
  readonly outputs: TurnValues;
}

/** What a chat prompt says, taken apart. */
export interface ReadPrompt {
  readonly inputs: readonly PromptField[];
  readonly outputs: readonly PromptField[];
  readonly instructions: string;
  readonly demonstrations: readonly Demonstration[];
  readonly question: TurnValues;
}

const INPUTS_INTRO = "Your input fields are:";
const OUTPUTS_INTRO = "Your output fields are:";
const STRUCTURE_INTRO = "All interactions will be structured in the following way";
const OBJECTIVE_INTRO = "In adhering to this structure, your objective is:";
const REQUIREMENT_INTRO = "Respond with the corresponding output fields";
const NOT_SUPPLIED = "Not supplied for this particular example.";
const HEADER = /^\[\[ ## (\w+) ## \]\]/;

/** Takes a request's messages apart; undefined where they are not in the chat adapter's format. */
export function readPrompt(request: LmRequest): ReadPrompt | undefined {
  const system = request.messages.find((message) => message.role === "system");
  const turns = request.messages.filter((message) => message.role === "user" || message.role === "assistant");
  const last = turns.at(-1);
  if (system === undefined || last === undefined || last.role !== "user") return undefined;
  const described = readSystem(messageText(system));
  if (described === undefined) return undefined;

  const inputNames = new Set(described.inputs.map((field) => field.name));
  const outputNames = new Set(described.outputs.map((field) => field.name));
  const demonstrations: Demonstration[] = [];
  for (let at = 0; at + 1 < turns.length; at++) {
    const [user, assistant] = [turns[at], turns[at + 1]];
    if (user?.role !== "user" || assistant?.role !== "assistant") continue;
    const inputs = readSections(messageText(user), inputNames);
    const outputs = readSections(messageText(assistant), outputNames);
    demonstrations.push({ inputs, outputs });
  }

  const lastText = messageText(last);
  const requirementAt = lastText.lastIndexOf(REQUIREMENT_INTRO);
  const question = readSections(requirementAt < 0 ? lastText : lastText.slice(0, requirementAt), inputNames);
  // The requirement line has the last word on which fields are wanted, and in which order.
  const wanted = requirementAt < 0 ? [] : namesIn(lastText.slice(requirementAt));
  const byName = new Map(described.outputs.map((field) => [field.name, field]));
  const asked = wanted.flatMap((name) => byName.get(name) ?? []);
  return { ...described, outputs: asked.length === 0 ? described.outputs : asked, demonstrations, question };
}

/** A message as text; of content parts the text ones. */
export function messageText(message: ChatMessage): string {
  if (typeof message.content === "string") return message.content;
  return (message.content ?? []).flatMap((part) => (typeof part.text === "string" ? [part.text] : [])).join("\n");
}

function readSystem(text: string): Pick<ReadPrompt, "inputs" | "outputs" | "instructions"> | undefined {
  const outputsAt = text.indexOf(OUTPUTS_INTRO);
  const structureAt = text.indexOf(STRUCTURE_INTRO, outputsAt);
  const objectiveAt = text.indexOf(OBJECTIVE_INTRO, structureAt);
  if (!text.startsWith(INPUTS_INTRO) || outputsAt < 0 || structureAt < 0 || objectiveAt < 0) return undefined;
  const notes = readNotes(text.slice(structureAt, objectiveAt));
  return {
    inputs: readFieldList(text.slice(INPUTS_INTRO.length, outputsAt), notes),
    outputs: readFieldList(text.slice(outputsAt + OUTPUTS_INTRO.length, structureAt), notes),
    instructions: text
      .slice(objectiveAt + OBJECTIVE_INTRO.length)
      .split("\n")
      .map((line) => line.trim())
      .join("\n")
      .trim(),
  };
}

/** The `# note: …` of each field of the structure block. */
function readNotes(structure: string): ReadonlyMap<string, string> {
  const notes = new Map<string, string>();
  for (const match of structure.matchAll(/^\{(\w+)\} {8}# note: the value you produce (.*)$/gm)) {
    notes.set(match[1] ?? "", match[2] ?? "");
  }
  return notes;
}

/** Reads "1. `name` (annotation): description", whose description may run over several lines. */
function readFieldList(text: string, notes: ReadonlyMap<string, string>): PromptField[] {
  const starts = [...text.matchAll(/^\d+\. `(\w+)` \(/gm)];
  return starts.map((start, index) => {
    const from = start.index + start[0].length;
    const entry = text.slice(from, starts[index + 1]?.index ?? text.length);
    const annotation = entry.slice(0, annotationLength(entry));
    const name = start[1] ?? "";
    const description = entry
      .slice(annotation.length + 1)
      .replace(/^:/, "")
      .trim();
    return { name, description, kind: fieldKind(annotation, notes.get(name) ?? "", description) };
  });
}

/** Where the bracket that closes the annotation stands; brackets inside quotes and inner brackets do not count. */
function annotationLength(text: string): number {
  let depth = 0;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote !== "") {
      if (char === "\\") at++;
      else if (char === quote) quote = "";
    } else if (char === "'" || char === '"') quote = char;
    else if (char === "(") depth++;
    else if (char === ")" && depth-- === 0) return at;
  }
  return text.length;
}

function readSections(text: string, known: ReadonlySet<string>): TurnValues {
  const sections = new Map<string, string>();
  let name: string | undefined;
  let lines: string[] = [];
  const close = () => {
    const value = lines.join("\n").trim();
    if (name !== undefined && known.has(name) && !sections.has(name) && value !== NOT_SUPPLIED)
      sections.set(name, value);
  };
  for (const line of text.split("\n")) {
    const header = HEADER.exec(line.trim());
    if (header === null) {
      lines.push(line);
      continue;
    }
    close();
    name = header[1];
    lines = [line.trim().slice(header[0].length)];
  }
  close();
  return sections;
}

function namesIn(requirement: string): string[] {
  return [...requirement.matchAll(/`\[\[ ## (\w+) ## \]\]`/g)].map((match) => match[1] ?? "");
}
