// Decides the text of each output field from the demonstrations, the names and the question.
// Knows the prompt as it was read; how the answer is laid out is the provider's part.
import { choicePrior } from "./choice-prior.ts";
import { extract } from "./extract.ts";
import { isFunctionWord, stem, words } from "./features.ts";
import type { NumberRange } from "./field-kind.ts";
import { type Neighbour, neighbours } from "./neighbours.ts";
import type { PromptField, ReadPrompt } from "./prompt.ts";
import { schemaInstance } from "./schema-instance.ts";
import { type Ballot, blend, choose, countVotes } from "./vote.ts";

/** How one completion is decided. */
export interface AnswerOptions {
  readonly temperature: number;
  /** As many demonstrations as the names of the choices weigh. */
  readonly priorWeight: number;
}

/** What the answers of one request share: the prompt and its demonstrations by nearness. */
export interface PreparedAnswer {
  readonly prompt: ReadPrompt;
  readonly near: readonly Neighbour[];
}

const REASONING_FIELD = /reason|rationale|thought|explanation|justification/i;
/** A free text that fewer than this share of the demonstrations tell apart is treated as a label. */
const LABEL_LIKE = 0.6;
/** Below this the nearest demonstration's free text would answer some other question. */
const SAME_QUESTION = 0.35;

/** Compares the question with the demonstrations, once for all completions. */
export function prepareAnswer(prompt: ReadPrompt): PreparedAnswer {
  return { prompt, near: neighbours(prompt.question, prompt.demonstrations, prompt.inputs) };
}

/** The value of each output field, in the order asked for. Draws from `draw` only where there is a temperature. */
export function answer(prepared: PreparedAnswer, options: AnswerOptions, draw: () => number): Map<string, string> {
  return new Map(
    prepared.prompt.outputs.map((field) => [field.name, answerField(field, prepared, options, draw)] as const),
  );
}

function answerField(field: PromptField, prepared: PreparedAnswer, options: AnswerOptions, draw: () => number): string {
  const ballots = ballotsFor(field, prepared.near);
  switch (field.kind.kind) {
    case "choice":
      return answerChoice(field, field.kind.choices, ballots, prepared.prompt, options, draw);
    case "bool":
      return answerBool(field, ballots, prepared.prompt, options, draw);
    case "int":
    case "float":
      return answerNumber(field.kind.kind, field.kind.range, ballots, prepared.prompt);
    case "json":
      return ballots[0]?.value ?? JSON.stringify(schemaInstance(field.kind.schema));
    case "text":
      return answerText(field, ballots, prepared, options, draw);
    default:
      return field.kind satisfies never;
  }
}

function ballotsFor(field: PromptField, near: readonly Neighbour[]): Ballot[] {
  return near.flatMap(({ demonstration, similarity }) => {
    const value = demonstration.outputs.get(field.name);
    return value === undefined ? [] : [{ value, similarity }];
  });
}

function answerChoice(
  field: PromptField,
  choices: readonly string[],
  ballots: readonly Ballot[],
  prompt: ReadPrompt,
  options: AnswerOptions,
  draw: () => number,
): string {
  const votes = countVotes(ballots, choices);
  const prior = choicePrior(questionText(prompt), choices, `${prompt.instructions}\n${field.description}`);
  const evidence = blend(votes, prior, ballots.length, options.priorWeight);
  return choices[choose(evidence, options.temperature, draw())] ?? "";
}

function answerBool(
  field: PromptField,
  ballots: readonly Ballot[],
  prompt: ReadPrompt,
  options: AnswerOptions,
  draw: () => number,
): string {
  const values = ["True", "False"];
  const votes = countVotes(ballots, values);
  const asked = words(`${field.name.replace(/_/g, " ")} ${field.description}`);
  const said = new Set(words(questionText(prompt)).map(stem));
  const mentioned = asked.some((word) => !isFunctionWord(word) && said.has(stem(word)));
  const evidence = blend(votes, mentioned ? [1, 0] : [0, 1], ballots.length, ballots.length === 0 ? 1 : 0);
  return values[choose(evidence, options.temperature, draw())] ?? "False";
}

function answerNumber(
  kind: "int" | "float",
  range: NumberRange,
  ballots: readonly Ballot[],
  prompt: ReadPrompt,
): string {
  const shown = ballots.flatMap(({ value, similarity }) => {
    const number = Number(value);
    // Sharpened, so that a near twin's number is kept nearly as it is; the tiny share lets far ones speak when all are far.
    return value.trim() === "" || !Number.isFinite(number) ? [] : [{ number, weight: similarity ** 4 + 1e-9 }];
  });
  const total = shown.reduce((sum, { weight }) => sum + weight, 0);
  const number =
    total > 0
      ? shown.reduce((sum, each) => sum + (each.number * each.weight) / total, 0)
      : bareNumber(kind, range, prompt);
  const bounded = Math.min(
    range.most ?? Number.POSITIVE_INFINITY,
    Math.max(range.least ?? Number.NEGATIVE_INFINITY, number),
  );
  return kind === "int" ? String(Math.round(bounded)) : String(Number(bounded.toPrecision(6)));
}

/** With no demonstration: a number out of the question, else the middle of what is allowed. */
function bareNumber(kind: "int" | "float", range: NumberRange, prompt: ReadPrompt): number {
  const found = /-?\d+(?:\.\d+)?/.exec(questionText(prompt))?.[0];
  if (found !== undefined) return Number(found);
  if (range.least !== undefined && range.most !== undefined) return (range.least + range.most) / 2;
  return range.least ?? range.most ?? (kind === "int" ? 0 : 0.5);
}

function answerText(
  field: PromptField,
  ballots: readonly Ballot[],
  prepared: PreparedAnswer,
  options: AnswerOptions,
  draw: () => number,
): string {
  if (REASONING_FIELD.test(field.name)) return reasoning(prepared);
  const values = [...new Set(ballots.map(({ value }) => value))];
  if (ballots.length > 1 && values.length <= ballots.length * LABEL_LIKE) {
    return values[choose(countVotes(ballots, values), options.temperature, draw())] ?? "";
  }
  const nearest = ballots[0];
  if (nearest !== undefined && nearest.similarity >= SAME_QUESTION) return nearest.value;
  return extract(prepared.prompt.question, field);
}

function reasoning({ prompt, near }: PreparedAnswer): string {
  const nearest = near[0];
  if (nearest === undefined)
    return "No demonstrations to compare with, so I go by the words of the names and descriptions.";
  const quoted = [...nearest.demonstration.inputs.values()].join(" ").split(/\s+/).slice(0, 12).join(" ");
  return `Nearest of ${prompt.demonstrations.length} demonstrations (similarity ${nearest.similarity.toFixed(2)}): “${quoted}…”`;
}

function questionText(prompt: ReadPrompt): string {
  return [...prompt.question.values()].join("\n");
}
