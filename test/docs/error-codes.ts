// Finds the error codes that sources throw: in `new BaseError("CODE", …)`, in calls of makers, in tables of codes.
// Knows nothing of the pages that explain them.
import { isNode, literalText, readSource, type SyntaxNode, walk } from "../architecture/source-file.ts";

const CODE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/;

/** Written like our codes, and somebody else's: environment variables, codes of Node, undici and LevelDB. */
const FOREIGN =
  /^(ERR|UND_ERR|LEVEL|OPENAI|OLLAMA|AZURE|ANTHROPIC|NODE|NO|FORCE|HTTP|HTTPS|DSPEX)_|_(API_KEY|BASE_URL|API_BASE|HOST|PROXY)$/;

/** A function that words an error: its name, and which of its parameters is the code. */
interface Maker {
  readonly functionName: string;
  readonly parameter: number;
}

/** The codes that this tree (path → source) throws, each with the first file that does. */
export function thrownCodes(tree: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const files = Object.entries(tree).map(([path, source]) => readSource(path, source));
  const makers = new Map(
    files.flatMap((file) => makersIn(file.statements)).map((maker) => [maker.functionName, maker]),
  );
  const codes = new Map<string, string>();
  for (const { path, statements } of files) {
    for (const code of codesIn(statements, makers)) if (!codes.has(code)) codes.set(code, path);
  }
  return codes;
}

function makersIn(statements: unknown): readonly Maker[] {
  const found: Maker[] = [];
  walk(statements, (node) => {
    const made = functionNamed(node);
    if (made === undefined) return;
    const parameters = list(made.body["params"]).map((parameter) =>
      isNode(parameter) ? parameter["name"] : undefined,
    );
    walk(made.body["body"], (inner) => {
      const code = isBaseError(inner) ? list(inner["arguments"])[0] : undefined;
      if (!isNode(code) || code.type !== "Identifier") return;
      const parameter = parameters.indexOf(code["name"]);
      if (parameter >= 0) found.push({ functionName: made.functionName, parameter });
    });
  });
  return found;
}

function functionNamed(node: SyntaxNode): { readonly functionName: string; readonly body: SyntaxNode } | undefined {
  const name = isNode(node["id"]) ? node["id"]["name"] : undefined;
  if (typeof name !== "string") return undefined;
  if (node.type === "FunctionDeclaration") return { functionName: name, body: node };
  const value = node["init"];
  if (node.type !== "VariableDeclarator" || !isNode(value) || !/Function/.test(value.type)) return undefined;
  return { functionName: name, body: value };
}

function codesIn(statements: unknown, makers: ReadonlyMap<string, Maker>): readonly string[] {
  const found: string[] = [];
  let computed = false;
  walk(statements, (node) => {
    if (isBaseError(node)) {
      const literals = codesOf(list(node["arguments"])[0]);
      found.push(...literals);
      if (literals.length === 0) computed = true;
    }
    const callee = node.type === "CallExpression" ? node["callee"] : undefined;
    const maker = isNode(callee) && callee.type === "Identifier" ? makers.get(String(callee["name"])) : undefined;
    if (maker !== undefined) found.push(...codesOf(list(node["arguments"])[maker.parameter]));
  });
  // The code comes out of a table or a variable: whatever is written like a code in that file is one.
  if (computed) found.push(...codesOf(statements));
  return found;
}

function isBaseError(node: SyntaxNode): boolean {
  return node.type === "NewExpression" && isNode(node["callee"]) && node["callee"]["name"] === "BaseError";
}

function codesOf(node: unknown): readonly string[] {
  const found: string[] = [];
  walk(node, (inner) => {
    const text = literalText(inner);
    if (text !== undefined && CODE.test(text) && !FOREIGN.test(text)) found.push(text);
  });
  return found;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
