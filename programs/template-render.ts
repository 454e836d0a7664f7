// Writes a template's tree with values: reads data properties, and runs nobody's code.
// Knows nothing of how the tree was read.
import { templateTooLong, templateValueMissing, templateValueUnfit } from "./template-errors.ts";
import type { TemplateOperand } from "./template-tag.ts";
import type { TemplateNode } from "./template-tree.ts";

/** How far one rendering may go. */
export interface RenderLimits {
  /** Characters. Default 10,000,000. */
  readonly maxLength?: number;
  /** Parts written, each time a loop comes round to one counting anew. Default 1,000,000. */
  readonly maxSteps?: number;
}

/** The names that a loop gives, and those around it. */
interface Scope {
  readonly names: ReadonlyMap<string, unknown>;
  readonly outer: Scope | undefined;
}

const ABSENT = Symbol("absent");

/** Writes the nodes of `text`'s tree. Throws TEMPLATE_VALUE_MISSING, TEMPLATE_VALUE_UNFIT, TEMPLATE_TOO_LONG. */
export function renderTemplate(
  text: string,
  nodes: readonly TemplateNode[],
  context: object,
  { maxLength = 10_000_000, maxSteps = 1_000_000 }: RenderLimits,
): string {
  let written = "";
  let steps = 0;
  write(nodes, undefined);
  return written;

  function write(parts: readonly TemplateNode[], scope: Scope | undefined): void {
    for (const node of parts) {
      steps += 1;
      if (steps > maxSteps) throw templateTooLong(text, node.at, `${maxSteps} steps`);
      switch (node.kind) {
        case "text":
          add(node.text, node.at);
          break;
        case "value":
          add(valueText(node, scope), node.at);
          break;
        case "if":
          write(isSet(find(node.operand, scope, node.at)) ? node.body : node.otherwise, scope);
          break;
        case "each":
          writeEach(node, scope);
          break;
      }
    }
  }

  function writeEach(node: TemplateNode & { readonly kind: "each" }, scope: Scope | undefined): void {
    const list = present(node.operand, scope, node.at);
    if (list !== null && !Array.isArray(list)) {
      throw templateValueUnfit(text, node.at, node.operand.text, `a loop needs a list, and it is ${kindOf(list)}`);
    }
    if (list === null || list.length === 0) {
      write(node.otherwise, scope);
      return;
    }
    for (let index = 0; index < list.length; index++) {
      steps += 1;
      if (steps > maxSteps) throw templateTooLong(text, node.at, `${maxSteps} steps`);
      const names = new Map<string, unknown>([[node.itemName, ownValue(list, String(index))]]);
      if (node.indexName !== undefined) names.set(node.indexName, index);
      write(node.body, { names, outer: scope });
    }
  }

  function add(part: string, at: number): void {
    if (written.length + part.length > maxLength) throw templateTooLong(text, at, `${maxLength} characters`);
    written += part;
  }

  function valueText(node: TemplateNode & { readonly kind: "value" }, scope: Scope | undefined): string {
    const { operand, fallback, form, at } = node;
    const first = fallback === undefined ? present(operand, scope, at) : find(operand, scope, at, "any");
    const isMissing = fallback !== undefined && (first === ABSENT || first === undefined || first === null);
    const source = isMissing ? fallback : operand;
    const value = isMissing ? present(fallback, scope, at) : first;
    if (form === "json") return jsonText(value, source, at);
    if (typeof value === "string") return value;
    if (typeof value === "boolean" || typeof value === "bigint") return String(value);
    if (typeof value === "number" && Number.isFinite(value)) return String(value);
    const remedy =
      value === null
        ? `it is null; write {{${source.text} ?? "…"}} where that may be`
        : `it is ${kindOf(value)}, not a text, a number or a boolean; write {{${source.text} | json}} to show it as JSON`;
    throw templateValueUnfit(text, at, source.text, remedy);
  }

  function jsonText(value: unknown, source: TemplateOperand, at: number): string {
    try {
      const json = JSON.stringify(value);
      if (json !== undefined) return json;
    } catch {
      // Told below: a cycle, a bigint, nesting beyond the stack.
    }
    throw templateValueUnfit(text, at, source.text, `it is ${kindOf(value)} that JSON cannot write`);
  }

  /** The value, which must be there. */
  function present(operand: TemplateOperand, scope: Scope | undefined, at: number): unknown {
    const value = find(operand, scope, at);
    if (value !== undefined && value !== ABSENT) return value;
    const keys = operand.kind === "path" ? operand.keys : [];
    let above: unknown = context;
    let inside: unknown = named(keys[0] ?? "", scope);
    let lacking = keys[0] ?? "";
    for (const key of keys.slice(1)) {
      if (inside === undefined || inside === ABSENT) break;
      above = inside;
      lacking = key;
      inside = ownValue(inside, key);
    }
    const known = typeof above === "object" && above !== null ? Object.keys(above) : [];
    throw templateValueMissing(text, at, operand.text, lacking, known);
  }

  /** The value, or ABSENT; a first name that nobody gives is a mistake also where the rest may be absent. */
  function find(
    operand: TemplateOperand,
    scope: Scope | undefined,
    at: number,
    mayLack: "rest" | "any" = "rest",
  ): unknown {
    if (operand.kind === "literal") return operand.text;
    const [name = "", ...keys] = operand.keys;
    let value = named(name, scope);
    if (value === ABSENT && mayLack === "rest") {
      throw templateValueMissing(text, at, operand.text, name, namesIn(context, scope));
    }
    for (const key of keys) value = ownValue(value, key);
    return value;
  }

  function named(name: string, scope: Scope | undefined): unknown {
    for (let inner = scope; inner !== undefined; inner = inner.outer) {
      if (inner.names.has(name)) return inner.names.get(name);
    }
    return ownValue(context, name);
  }
}

/** A data property of the value's own. Not what is inherited, and not an accessor, which would run code. */
function ownValue(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null) return ABSENT;
  const descriptor = Object.getOwnPropertyDescriptor(value, key);
  return descriptor !== undefined && "value" in descriptor ? descriptor.value : ABSENT;
}

function namesIn(context: object, scope: Scope | undefined): readonly string[] {
  const names = Object.keys(context);
  for (let inner = scope; inner !== undefined; inner = inner.outer) names.push(...inner.names.keys());
  return names;
}

function isSet(value: unknown): boolean {
  if (value === ABSENT || value === undefined || value === null || value === false || value === "") return false;
  return !Array.isArray(value) || value.length > 0;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value === null) return "null";
  if (typeof value === "object") return "an object";
  return typeof value === "number" ? `the number ${value}` : `a ${typeof value}`;
}
