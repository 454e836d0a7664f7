// Draws types, and values of them in the notation of recorded cases.
// Knows no signature.
import type { RecordedTypes } from "../signatures.ts";
import type { Draw } from "./draw.ts";

/** The enums and models that drawn types may name. */
export const TYPES: RecordedTypes = {
  Color: { kind: "enum", members: { RED: "red", BLUE: "blue", Odd: "RED" } },
  Level: { kind: "enum", members: { LOW: 1, HIGH: 2 } },
  Person: {
    kind: "model",
    doc: "Somebody.",
    fields: [
      { name: "name", type: "str", desc: "in full" },
      { name: "age", type: "Optional[int]", default: null },
      { name: "tags", type: "list[str]", default: [] },
    ],
  },
  Team: {
    kind: "model",
    fields: [
      { name: "lead", type: "Person" },
      { name: "score", type: "float" },
      { name: "members", type: "dict[str, Person]", default: {} },
    ],
  },
};

const SCALARS = ["str", "str", "int", "float", "bool"] as const;
const LITERALS = ["Literal['no', 'yes']", "Literal['a b', \"it's\"]", "Literal[1, 2]", "Literal[False, True]"] as const;
const NAMED = ["Color", "Level", "Person", "Team"] as const;
const OTHERS = ["datetime.datetime", "datetime.date", "Any", "set[int]", "tuple[int, str]", "bytes"] as const;
const UNIONS = ["Union[int, str]", "Union[list[int], str]", "Union[int, float]", "Union[bool, int]"] as const;

/** How much of the language types are drawn from. `plain`: what JSON holds as it is. */
export type TypeRange = "plain" | "all";

/** The text of a type. */
export function drawType(draw: Draw, range: TypeRange, depth = 0): string {
  const inner = (): string => drawType(draw, range, depth + 1);
  const choice = draw.int(0, depth === 0 ? 11 : 8);
  if (choice <= 3 || depth > 2) return draw.pick(SCALARS);
  if (choice === 4) return draw.pick(LITERALS);
  if (choice === 5) return draw.pick(NAMED);
  if (choice === 6) return range === "all" ? draw.pick(OTHERS) : "Any";
  if (choice === 7) return `list[${inner()}]`;
  if (choice === 8) return `dict[str, ${inner()}]`;
  if (choice === 9) return draw.pick(UNIONS);
  if (choice === 10) return `Optional[${draw.pick([...SCALARS, "list[str]", "Person", "Color"])}]`;
  return `list[${inner()}]`;
}

/** A value of a type. */
export function drawValue(draw: Draw, type: string): unknown {
  const [, outer = type, inner = ""] = /^(\w+)\[(.*)\]$/s.exec(type) ?? [];
  switch (outer) {
    case "str":
      return draw.text();
    case "int":
      return draw.pick([0, 1, -7, 42, 1_000_000, 2 ** 40]);
    case "float":
      return { $: "float", value: draw.pick(["0.5", "1.0", "-2.25", "1e+21", "1e-07", "3.14159", "-0.0", "100.0"]) };
    case "bool":
      return draw.chance(0.5);
    case "None":
      return null;
    case "Literal":
      return draw.pick(literalValues(inner));
    case "list":
      return draw.many(0, 3, () => drawValue(draw, inner));
    case "dict":
      return Object.fromEntries(
        draw.many(0, 3, (n) => [
          `${draw.pick(["k", "a b", "é", "name"])}${n}`,
          drawValue(draw, inner.replace(/^str, /, "")),
        ]),
      );
    case "Optional":
      return draw.chance(0.3) ? null : drawValue(draw, inner);
    case "Union":
      return drawValue(draw, draw.pick(inner.split(", ")));
    case "set":
      return { $: "set", value: [draw.int(0, 9)] };
    case "tuple":
      return { $: "tuple", value: [draw.int(0, 9), draw.text()] };
    default:
      return drawNamed(draw, type);
  }
}

function literalValues(inner: string): unknown[] {
  return inner.split(", ").map((text) => {
    if (/^\d+$/.test(text)) return Number(text);
    return text === "True" || text === "False" ? text === "True" : text.slice(1, -1);
  });
}

function drawNamed(draw: Draw, type: string): unknown {
  switch (type) {
    case "datetime.datetime":
      return { $: "datetime", value: draw.pick(["2024-01-02T03:04:05+00:00", "1999-12-31T23:59:59.250000"]) };
    case "datetime.date":
      return { $: "date", value: draw.pick(["2024-01-02", "1970-01-01"]) };
    case "bytes":
      return { $: "bytes", base64: "YWJjw6k=" };
    case "Color":
      return { $: "enum", type, member: draw.pick(["RED", "BLUE", "Odd"]) };
    case "Level":
      return { $: "enum", type, member: draw.pick(["LOW", "HIGH"]) };
    case "Person":
    case "Team":
      return drawModel(draw, type);
    default:
      return draw.pick([draw.text(), 3, { $: "float", value: "2.0" }, null, true, ["x", 1], { k: [null] }]);
  }
}

function drawModel(draw: Draw, type: "Person" | "Team"): unknown {
  const said = TYPES[type];
  const fields = said?.kind === "model" ? said.fields : [];
  return {
    $: "model",
    type,
    fields: Object.fromEntries(fields.map((field) => [field.name, drawValue(draw, field.type)])),
  };
}
