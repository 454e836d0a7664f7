// What is fuzzed: each target takes a draw, feeds something to a reader, and may fail only with the errors that the reader promises.
// Judges no time and no pollution.
import {
  bamlAdapter,
  chatAdapter,
  compileSignature,
  jsonAdapter,
  parseValue,
  predict,
  prepareProgram,
  readTypeText,
  type Signature,
  type StandardSchema,
  savedProgramText,
  signature,
  signatureOf,
  Template,
  withSavedProgram,
  xmlAdapter,
} from "../../programs/index.ts";
import type { FuzzDraw } from "./draw-text.ts";

/** One way in. */
export interface FuzzTarget {
  readonly targetName: string;
  /** The codes with which it may fail. */
  readonly codes: readonly string[];
  run(draw: FuzzDraw): void;
}

const COMPATS = [undefined, "dspy-3.3.1"] as const;
const ADAPTERS = [chatAdapter, jsonAdapter, xmlAdapter, bamlAdapter] as const;
const ANSWERED: readonly Signature[] = [
  signature("q -> answer, items: list[int], who: Optional[str]"),
  signature("q -> answer: dict[str, Any], items: list[dict[str, list[float]]], who: Literal['a', 2, None]"),
  signature("q -> answer: ToolCalls, items: tuple[int, str], who: Union[int, list[str], None]"),
  signature("q -> answer: Code['python'], items: set[date], who: datetime"),
  signature("q -> answer: bool, items: float, who: Citations"),
];
const TYPES = [
  "int",
  "bool",
  "Any",
  "list[int]",
  "dict[int, str]",
  "Optional[float]",
  "Union[list[int], dict[str, str], str]",
  "timedelta",
  "ToolCalls",
  "Image",
  "bytes",
];
const RIGHT =
  "[[ ## answer ## ]]\nParis\n\n[[ ## items ## ]]\n[1, 2, 3]\n\n[[ ## who ## ]]\nsomebody\n\n[[ ## completed ## ]]\n";
const RIGHT_JSON = '{\n  "answer": {"a": [1, "two", null]},\n  "items": [{"b": [1.5]}],\n  "who": "a"\n}';
const RIGHT_XML = "<answer>\nParis &amp; more\n</answer>\n<items><item>1</item><item>2</item></items>\n<who />";
const SOUND_STRING =
  "question: str, context: list[dict[str, Optional[int]]] = [] -> answer: Literal['yes', \"no\"], sure: float # note";
const SAVED = savedProgramText(
  predict("question -> answer: float", { demos: [{ question: "q", answer: 1 }], config: { temperature: 0.5 } }),
);
const SOUND_TEMPLATE =
  'Hello {{a ?? "x"}}, {{#if b}}yes{{else if a}}maybe{{else}}no{{/if}} {{#each items as x, i}}{{i}}: {{x | json}}{{/each}}';

/** Every way in. */
export const TARGETS: readonly FuzzTarget[] = [
  {
    targetName: "signature string",
    codes: ["SIGNATURE_INVALID"],
    run(draw) {
      const text: string = draw.int(2) === 0 ? draw.text("signature") : draw.damaged(SOUND_STRING, "signature");
      const compat = draw.pick(COMPATS);
      const made = signature(text, compat === undefined ? {} : { compat });
      made.toString();
      chatAdapter.prepare(made, [], compat).format({});
    },
  },
  {
    targetName: "type text",
    codes: ["SIGNATURE_INVALID"],
    run: (draw) => void readTypeText(draw.text("signature")),
  },
  {
    targetName: "schema",
    codes: ["SIGNATURE_INVALID", "PROGRAM_PARSE_FAILED"],
    run(draw) {
      const json = Object(draw.json());
      const schema: StandardSchema<object, object> = {
        "~standard": {
          version: 1,
          vendor: "fuzz",
          validate: (value) => ({ value: Object(value) }),
          jsonSchema: { input: () => json, output: () => json },
        },
      };
      const whole = draw.int(3) === 0;
      const made = whole
        ? signatureOf({ inputs: { q: "str" }, outputs: schema })
        : signatureOf({ inputs: { q: schema }, outputs: { answer: schema } });
      draw.pick(ADAPTERS).prepare(made, [], undefined).parse(draw.text("json"));
    },
  },
  {
    targetName: "completion",
    codes: ["PROGRAM_PARSE_FAILED"],
    run(draw) {
      const right = draw.pick([RIGHT, RIGHT_JSON, RIGHT_XML]);
      const text =
        draw.int(3) === 0
          ? draw.text(draw.pick(["completion", "json", "xml"]))
          : draw.damaged(right, draw.pick(["completion", "json", "xml"]));
      const made = draw.pick(ANSWERED);
      const outputs = draw.pick(ADAPTERS).prepare(made, [], draw.pick(COMPATS)).parse(text);
      JSON.stringify(outputs, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value));
    },
  },
  {
    targetName: "value",
    codes: [],
    run(draw) {
      const text = draw.text("json");
      try {
        parseValue(text, readTypeText(draw.pick(TYPES)), draw.pick(COMPATS));
      } catch (error) {
        // A misfit is caught by every caller of `parseValue`, which makes PROGRAM_PARSE_FAILED of it.
        if (error instanceof Error || Object(error).reason === undefined) throw error;
      }
    },
  },
  {
    targetName: "prompt",
    codes: ["PROGRAM_FORMAT_FAILED"],
    run(draw) {
      const made = draw.pick(ANSWERED);
      const demo = { q: draw.json(), answer: draw.json(), items: draw.json(), who: draw.json() };
      const adapter = draw.pick(ADAPTERS).prepare(made, [demo], draw.pick(COMPATS));
      adapter.format({ q: draw.json() });
    },
  },
  {
    targetName: "saved program",
    codes: ["PROGRAM_FILE_INVALID", "PROGRAM_STATE_INVALID", "PROGRAM_TOOL_MISSING"],
    run(draw) {
      const text = draw.int(4) === 0 ? JSON.stringify(draw.json()) : draw.damaged(SAVED, "json");
      const loaded = withSavedProgram(predict("question -> answer: float"), text);
      savedProgramText(loaded);
      prepareProgram(loaded);
    },
  },
  {
    targetName: "validation",
    codes: [],
    run(draw) {
      const compiled = compileSignature(draw.pick(ANSWERED));
      compiled.validateInputs(draw.json());
      compiled.validateOutputs(draw.json());
    },
  },
  {
    targetName: "template",
    codes: ["TEMPLATE_INVALID", "TEMPLATE_VALUE_MISSING", "TEMPLATE_VALUE_UNFIT", "TEMPLATE_TOO_LONG"],
    run(draw) {
      const text: string = draw.int(2) === 0 ? draw.text("template") : draw.damaged(SOUND_TEMPLATE, "template");
      const context = { a: draw.json(), b: draw.json(), items: draw.json() };
      new Template(text).render(context);
    },
  },
];
