// Draws whole cases, each from a seed of its own, so that one can be drawn again alone.
// Asks neither side.
import { chatOnlyAdapter } from "../../../programs/index.ts";
import { adapterNamed } from "../adapters.ts";
import { loadRecord } from "../format.ts";
import { loadSignature, loadTypes, type RecordedSignature } from "../signatures.ts";
import { Draw } from "./draw.ts";
import { drawBroken } from "./draw-broken.ts";
import { type Departure, drawCompletion } from "./draw-completion.ts";
import { drawDemos, drawSignature, drawValues } from "./draw-signature.ts";
import { drawType, drawValue, TYPES } from "./draw-types.ts";
import type { DrawnCase, DrawnValues } from "./drawn-case.ts";

const ADAPTERS = ["chat", "chat", "json", "xml"] as const;
type AdapterName = (typeof ADAPTERS)[number];

/** The case of a seed. */
export function drawCase(seed: number): DrawnCase {
  const draw = new Draw(seed);
  const share = draw.int(0, 99);
  if (share < 30) return drawFormat(draw);
  if (share < 52) return drawParse(draw, "modelled");
  if (share < 60) return drawParse(draw, "damaged");
  if (share < 68) return drawText(draw);
  if (share < 75) return drawBrokenText(draw);
  if (share < 93) return drawFlow(draw);
  if (share < 97) return { kind: "signature", group: "signature strings", case: { text: drawString(draw) } };
  return drawSaved(draw);
}

function drawFormat(draw: Draw): DrawnCase {
  const adapter = draw.pick(ADAPTERS);
  const signature = drawSignature(draw, "all");
  const inputs = drawValues(draw, signature.inputs);
  return {
    kind: "format",
    group: `format ${adapter}`,
    case: { adapter, types: TYPES, signature, demos: drawDemos(draw, signature), inputs },
  };
}

function drawParse(draw: Draw, departure: Departure): DrawnCase {
  const adapter = draw.pick(ADAPTERS);
  const signature = drawSignature(draw, departure === "damaged" ? "plain" : "all");
  const completion = drawCompletion(draw, rightAnswer(draw, adapter, signature), departure);
  const group = departure === "damaged" ? `parse ${adapter}, damaged` : `parse ${adapter}`;
  return { kind: "parse", group, case: { what: "adapter.parse", adapter, types: TYPES, signature, completion } };
}

/** A single value out of a text. */
function drawText(draw: Draw): DrawnCase {
  const type = drawType(draw, "all");
  const signature: RecordedSignature = { instructions: "x", inputs: [], outputs: [{ name: "v", type }] };
  const right = sectionOf(rightAnswer(draw, "chat", signature));
  const departure = draw.chance(0.8) ? "modelled" : "damaged";
  const input = draw.chance(0.1) ? draw.text() : drawCompletion(draw, right, departure);
  const group = departure === "damaged" ? "values, damaged" : "values";
  return { kind: "value", group, case: { what: "parse_value", types: TYPES, type, input } };
}

/** What JSON that is broken in any way is taken for, with no type to make up for it; or as a whole answer. */
function drawBrokenText(draw: Draw): DrawnCase {
  const text = drawBroken(draw);
  const group = "broken JSON";
  if (draw.chance(0.7)) {
    return { kind: "value", group, case: { what: "parse_value", types: TYPES, type: "Any", input: text } };
  }
  const outputs = ["a", "b"].map((name) => ({ name, type: "Any" }));
  const signature: RecordedSignature = { instructions: "x", inputs: [], outputs };
  return {
    kind: "parse",
    group,
    case: { what: "adapter.parse", adapter: "json", types: TYPES, signature, completion: text },
  };
}

function drawFlow(draw: Draw): DrawnCase {
  const adapter = draw.pick(ADAPTERS);
  const signature = drawSignature(draw, "all");
  const type = draw.pick(["Predict", "ChainOfThought"] as const);
  const asked: RecordedSignature =
    type === "Predict"
      ? signature
      : { ...signature, outputs: [{ name: "reasoning", type: "str" }, ...signature.outputs] };
  const reply = (): string => {
    const name = draw.chance(0.7) ? adapter : "json";
    return drawCompletion(draw, rightAnswer(draw, name, asked), "modelled");
  };
  return {
    kind: "flow",
    group: `calls ${adapter}`,
    case: {
      module: { type, signature },
      types: TYPES,
      adapter: { type: adapter },
      lm: {
        supportedParams: [],
        responseSchema: false,
        functionCalling: false,
        reasoning: false,
        defaults: {},
        replies: [reply(), reply(), reply()],
      },
      inputs: drawValues(draw, signature.inputs),
      config: {},
      demos: drawDemos(draw, asked),
    },
  };
}

function drawSaved(draw: Draw): DrawnCase {
  const signatures = [0, 1, 2, 3].map(() => drawSignature(draw, "plain"));
  const demos = signatures.map((signature, index): DrawnValues[] => {
    const reasoned =
      index === 3 ? { ...signature, outputs: [{ name: "reasoning", type: "str" }, ...signature.outputs] } : signature;
    return drawDemos(draw, reasoned);
  });
  return { kind: "saved", group: "saved programs", case: { types: TYPES, signatures, demos } };
}

/** A signature's string, sound or not. */
function drawString(draw: Draw): string {
  const field = (): string => {
    const name = draw.pick(["a", "b", "c", "question", "x1", "snake_case", "1x", "class", ""]);
    const type = draw.pick([
      "",
      "",
      `: ${plainType(draw)}`,
      ` : ${plainType(draw)}`,
      ":int|None",
      ": Foo",
      ": list[",
      ": dspy.Image",
      ": Optional[str]",
      ": typing.List[int]",
    ]);
    return name + type + draw.pick(["", "", "", " ", "\n", " = 5", " # c\n"]);
  };
  const side = (): string => draw.many(0, 3, field).join(draw.pick([",", ", ", " , "])) + draw.pick(["", "", "", ","]);
  return side() + draw.pick(["->", " -> ", " -> ", " -> ", "", "->->"]) + side();
}

function plainType(draw: Draw): string {
  for (;;) {
    const type = drawType(draw, "plain");
    if (!/Color|Level|Person|Team/.test(type)) return type;
  }
}

/** What an adapter writes for an answer, taken from how it shows a demonstration. */
function rightAnswer(draw: Draw, adapterName: AdapterName, signature: RecordedSignature): string {
  const names = loadTypes(TYPES);
  const own = { ...signature, inputs: [{ name: "in_", type: "str" }] };
  const values = Object.fromEntries(signature.outputs.map(({ name, type }) => [name, drawValue(draw, type) ?? "-"]));
  const adapter = adapterNamed(adapterName) ?? chatOnlyAdapter;
  const demo = loadRecord({ in_: "x", ...values }, names);
  const messages = adapter.prepare(loadSignature(own, names), [demo], "dspy-3.3.1").format({ in_: "x" });
  return String(messages.find(({ role }) => role === "assistant")?.content ?? "");
}

function sectionOf(answer: string): string {
  return answer.replace(/^\[\[ ## v ## \]\]\n/, "").replace(/\n\n\[\[ ## completed ## \]\]\n$/, "");
}
