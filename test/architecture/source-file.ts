// Reads one source file into what the rules look at: its imports and its top-level statements, types included.
// Knows no rule.
import { parseSync, type Statement } from "oxc-parser";

/** One import, re-export, dynamic import or `import("…")` type, as written. */
export interface ImportOf {
  readonly specifier: string;
  readonly line: number;
}

/** A source file as the rules see it. */
export interface SourceFile {
  /** From the root, with `/`: `runtime/base/errors.ts`. */
  readonly path: string;
  readonly source: string;
  readonly statements: readonly Statement[];
  readonly imports: readonly ImportOf[];
}

/** A node of the syntax tree, seen only as far as a walk needs. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

/** Parses a file. Throws where it does not parse, naming the file. */
export function readSource(path: string, source: string): SourceFile {
  const parsed = parseSync(path, source);
  const [error] = parsed.errors;
  if (error !== undefined) throw new Error(`${path} does not parse: ${error.message}`);
  const imports: ImportOf[] = [];
  walk(parsed.program, (node) => {
    const specifier = importedFrom(node);
    if (specifier !== undefined) imports.push({ specifier, line: lineOf(source, node.start) });
  });
  return { path, source, statements: parsed.program.body as readonly Statement[], imports };
}

/** Visits a node and everything under it, parents first. */
export function walk(node: unknown, visit: (node: SyntaxNode) => void): void {
  if (Array.isArray(node)) {
    for (const child of node) walk(child, visit);
  } else if (isNode(node)) {
    visit(node);
    for (const [field, child] of Object.entries(node)) if (field !== "parent") walk(child, visit);
  }
}

/** The number of the line that holds this offset, from 1. */
export function lineOf(source: string, offset: number): number {
  return source.slice(0, offset).split("\n").length;
}

/** The text of a string literal or of a template without holes; undefined for every other node. */
export function literalText(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === "Literal") return typeof node["value"] === "string" ? node["value"] : undefined;
  if (node.type !== "TemplateLiteral") return undefined;
  const quasis = node["quasis"];
  const only: unknown = Array.isArray(quasis) && quasis.length === 1 ? quasis[0] : undefined;
  const value = isNode(only) ? only["value"] : undefined;
  return typeof value === "object" && value !== null && "cooked" in value ? String(value.cooked) : undefined;
}

/** Whether a value is a node of the syntax tree. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function importedFrom(node: SyntaxNode): string | undefined {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
    case "ImportExpression":
    case "TSImportType":
      return literalText(node["source"] ?? node["argument"]);
    default:
      return undefined;
  }
}
