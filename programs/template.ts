// Text with places for values: compiled once, rendered often, safe to take from a user.
// Knows nothing of signatures or prompts.
import { describeGiven } from "./fits.ts";
import { templateInvalid, templateValueUnfit } from "./template-errors.ts";
import { type RenderLimits, renderTemplate } from "./template-render.ts";
import type { TemplateOperand } from "./template-tag.ts";
import { readTemplate, type TemplateNode } from "./template-tree.ts";
import type { TemplateContext } from "./template-types.ts";

/** A compiled template. */
export class Template<Context extends object = Readonly<Record<string, unknown>>> {
  readonly text: string;
  /** The names it asks its context for, in the order of the text. */
  readonly names: readonly string[];
  readonly #nodes: readonly TemplateNode[];

  /** Compiles the text; `template("…")` is the way to make one, since it knows the names. Throws TEMPLATE_INVALID. */
  constructor(text: string) {
    if (typeof text !== "string") throw templateInvalid("", 0, `expected a text, got ${describeGiven(text)}`);
    this.text = text;
    this.#nodes = readTemplate(text);
    this.names = [...namesOf(this.#nodes)];
  }

  /**
   * The text with its values in place.
   *
   * Reads data properties that the values have of their own, and nothing else: no prototype, no accessor, no function. Nothing is escaped, and
   * nothing left out silently: a value that is not there throws.
   *
   * Throws TEMPLATE_VALUE_MISSING, TEMPLATE_VALUE_UNFIT, TEMPLATE_TOO_LONG, each with its place.
   */
  render(context: Context, limits: RenderLimits = {}): string {
    if (typeof context !== "object" || context === null)
      throw templateValueUnfit(this.text, 0, "context", `expected an object of values, got ${describeGiven(context)}`);
    return renderTemplate(this.text, this.#nodes, context, limits);
  }
}

/**
 * Compiles a template: `template("Answer for {{reader}}.")`.
 *
 * | in the text | what it does |
 * |---|---|
 * | `{{user.name}}`, `{{items[0]}}` | the value |
 * | `{{name ?? "nobody"}}` | with something in its place where it is missing or null |
 * | `{{items \| json}}` | the value as JSON |
 * | `{{#if a}} … {{else if b}} … {{else}} … {{/if}}` | by whether it is set: not missing, null, false, an empty text or an empty list |
 * | `{{#each items as item, index}} … {{else}} … {{/each}}` | once for each item; `else` where there is none |
 * | `{{! … }}`, `{{"{{"}}` | a comment; two braces |
 *
 * Reading takes time linear in the text, and blocks nest 64 deep at most. Throws TEMPLATE_INVALID with the place.
 * @example
 * const rules = template("{{#each rules as rule, index}}\n{{index}}: {{rule}}\n{{/each}}");
 * rules.render({ rules: ["Be brief.", "Cite."] }); // "0: Be brief.\n1: Cite.\n"
 */
export function template<const Text extends string>(text: Text): Template<TemplateContext<Text>> {
  return new Template(text);
}

function namesOf(nodes: readonly TemplateNode[], given: ReadonlySet<string> = new Set()): Set<string> {
  const names = new Set<string>();
  const note = (operand: TemplateOperand | undefined): void => {
    const name = operand?.kind === "path" ? operand.keys[0] : undefined;
    if (name !== undefined && !given.has(name)) names.add(name);
  };
  for (const node of nodes) {
    if (node.kind === "text") continue;
    note(node.operand);
    if (node.kind === "value") {
      note(node.fallback);
      continue;
    }
    const inner = node.kind === "if" ? given : new Set([...given, node.itemName, node.indexName ?? node.itemName]);
    for (const name of namesOf(node.body, inner)) names.add(name);
    for (const name of namesOf(node.otherwise, given)) names.add(name);
  }
  return names;
}
