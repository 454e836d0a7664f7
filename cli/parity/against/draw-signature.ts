// Draws signatures, and the inputs and demonstrations that go with them.
// Knows no adapter.
import type { RecordedField, RecordedSignature } from "../signatures.ts";
import type { Draw } from "./draw.ts";
import { drawType, drawValue, type TypeRange } from "./draw-types.ts";
import type { DrawnValues } from "./drawn-case.ts";

const NAMES = ["question", "context", "n", "answer2", "someAttributeName42", "x__y", "URLAddress", "html_text"];
const OUTPUT_NAMES = ["answer", "score", "items", "who", "isOK", "label", "when", "kind_of"];
const INSTRUCTIONS = ["Answer.", "Line one.\n\n    Indented.\nLine three.", "Say “so”."];
const BOUNDS = [
  { constraints: { ge: 0 }, constraintsText: "greater than or equal to: 0" },
  { constraints: { gt: -1, le: 100 }, constraintsText: "greater than: -1, less than or equal to: 100" },
  { constraints: { multiple_of: 2, lt: 25 }, constraintsText: "a multiple of the given number: 2, less than: 25" },
];

/** A signature of one to three inputs and outputs. */
export function drawSignature(draw: Draw, range: TypeRange): RecordedSignature {
  const inputs = distinct(draw, NAMES).map((name) => drawField(draw, name, range));
  const outputs = distinct(draw, OUTPUT_NAMES).map((name) => drawField(draw, name, range));
  return { instructions: draw.pick(INSTRUCTIONS), inputs, outputs };
}

function distinct(draw: Draw, names: readonly string[]): string[] {
  return [...new Set(draw.many(1, 3, () => draw.pick(names)))];
}

function drawField(draw: Draw, name: string, range: TypeRange): RecordedField {
  const type = drawType(draw, range);
  const isBound = type === "int" || type === "float" ? draw.chance(0.3) : false;
  return {
    name,
    type,
    ...(draw.chance(0.3) ? { desc: draw.pick(["1-5 words", "what is asked", "a\nb", "about $" + "{other}"]) } : {}),
    ...(isBound ? draw.pick(BOUNDS) : {}),
  };
}

/** A value for each of the fields. */
export function drawValues(draw: Draw, fields: readonly RecordedField[]): DrawnValues {
  return Object.fromEntries(fields.map(({ name, type }) => [name, drawValue(draw, type)]));
}

/** Demonstrations, some of them incomplete. */
export function drawDemos(draw: Draw, { inputs, outputs }: RecordedSignature): DrawnValues[] {
  return draw.many(0, 3, () => {
    const whole = drawValues(draw, [...inputs, ...outputs]);
    if (draw.chance(0.6)) return whole;
    const kept = Object.entries(whole).filter(() => draw.chance(0.6));
    return draw.chance(0.2) ? { augmented: true, ...Object.fromEntries(kept) } : Object.fromEntries(kept);
  });
}
