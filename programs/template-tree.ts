// Reads a template's text into a tree, in one pass.
// Knows nothing of values.
import { nearest } from "../runtime/base/index.ts";
import { templateInvalid } from "./template-errors.ts";
import { readTag, type TemplateOperand, type TemplateTag } from "./template-tag.ts";

/** One part of a template. `at` is its place in the text. */
export type TemplateNode =
  | { readonly kind: "text"; readonly text: string; readonly at: number }
  | {
      readonly kind: "value";
      readonly operand: TemplateOperand;
      readonly fallback: TemplateOperand | undefined;
      readonly form: "plain" | "json";
      readonly at: number;
    }
  | {
      readonly kind: "if";
      readonly operand: TemplateOperand;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
      readonly at: number;
    }
  | {
      readonly kind: "each";
      readonly operand: TemplateOperand;
      readonly itemName: string;
      readonly indexName: string | undefined;
      readonly body: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
      readonly at: number;
    };

/** Deeper than any prompt, and far from the end of the stack. */
const MAX_DEPTH = 64;

type BlockTag = Extract<TemplateTag, { readonly kind: "if" | "each" }>;

/** A block that is being read, and the part of it that takes what comes next. */
interface OpenBlock {
  readonly tag: BlockTag;
  readonly at: number;
  readonly body: TemplateNode[];
  readonly otherwise: TemplateNode[];
  inOtherwise: boolean;
  /** An `else if` ends with the block that it belongs to. */
  readonly isElseIf: boolean;
}

/** The tree of a text. Throws TEMPLATE_INVALID with the place. */
export function readTemplate(text: string): readonly TemplateNode[] {
  const root: TemplateNode[] = [];
  const open: OpenBlock[] = [];
  const nodes = (): TemplateNode[] => {
    const block = open.at(-1);
    if (block === undefined) return root;
    return block.inOtherwise ? block.otherwise : block.body;
  };
  const addText = (from: number, to: number): void => {
    if (to > from) nodes().push({ kind: "text", text: text.slice(from, to), at: from });
  };
  const close = (): void => {
    const block = open.pop();
    if (block === undefined) return;
    const { tag, at, body, otherwise } = block;
    nodes().push({ ...tag, body, otherwise, at });
  };
  let cursor = 0;
  for (let at = text.indexOf("{{"); at !== -1; at = text.indexOf("{{", cursor)) {
    const { tag, end } = readTag(text, at);
    const line = tag.kind === "value" ? undefined : ownLine(text, at, end);
    addText(cursor, line?.from ?? at);
    cursor = line?.to ?? end;
    apply(tag, at);
  }
  addText(cursor, text.length);
  const unclosed = open.findLast((block) => !block.isElseIf);
  if (unclosed !== undefined) {
    throw templateInvalid(
      text,
      unclosed.at,
      `{{#${unclosed.tag.kind} …}} is not closed; write {{/${unclosed.tag.kind}}}`,
    );
  }
  return root;

  function apply(tag: TemplateTag, at: number): void {
    switch (tag.kind) {
      case "comment":
        return;
      case "value":
        nodes().push({ ...tag, at });
        return;
      case "if":
      case "each":
        openBlock(tag, at, false);
        return;
      case "else": {
        const block = open.at(-1);
        if (block === undefined) throw templateInvalid(text, at, "{{else}} stands outside {{#if …}} and {{#each …}}");
        if (block.inOtherwise) throw templateInvalid(text, at, "there is an {{else}} before it in the same block");
        block.inOtherwise = true;
        if (tag.operand !== undefined) openBlock({ kind: "if", operand: tag.operand }, at, true);
        return;
      }
      case "close":
        closeBlock(tag.name, at);
        return;
    }
  }

  function openBlock(tag: BlockTag, at: number, isElseIf: boolean): void {
    if (open.length >= MAX_DEPTH) throw templateInvalid(text, at, `blocks nest more than ${MAX_DEPTH} deep`);
    open.push({ tag, at, body: [], otherwise: [], inOtherwise: false, isElseIf });
  }

  function closeBlock(name: string, at: number): void {
    const block = open.findLast((each) => !each.isElseIf);
    if (block === undefined) throw templateInvalid(text, at, `{{/${name}}} closes nothing`);
    const { kind } = block.tag;
    if (name !== kind) {
      const meant = nearest(name, [kind]) ?? kind;
      throw templateInvalid(text, at, `{{/${name}}} stands where {{/${meant}}} is to close {{#${kind} …}}`);
    }
    while (open.at(-1) !== block) close();
    close();
  }
}

/** The line of a tag that has one to itself, its end included: such a tag leaves no empty line behind. */
function ownLine(text: string, start: number, end: number): { readonly from: number; readonly to: number } | undefined {
  let from = start;
  while (text[from - 1] === " " || text[from - 1] === "\t") from -= 1;
  if (from > 0 && text[from - 1] !== "\n") return undefined;
  let to = end;
  while (text[to] === " " || text[to] === "\t" || text[to] === "\r") to += 1;
  if (to < text.length && text[to] !== "\n") return undefined;
  return { from, to: Math.min(to + 1, text.length) };
}
