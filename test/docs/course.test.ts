import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { ENTRIES } from "../architecture/house.ts";
import { root } from "../architecture/tree.ts";
import { isProgram } from "./code-blocks.ts";
import { completionText } from "./snippet-answers.ts";
import { runSnippets, type SnippetRun, snippetsOf } from "./snippets.ts";

const pages = [
  "docs/programs.md",
  "docs/coming-from-dspy.md",
  ...readdirSync(join(root, "docs/programs")).map((name) => `docs/programs/${name}`),
];
const snippetsIn = (page: string) => snippetsOf(page, readFileSync(join(root, page), "utf8"));
const snippets = [
  ...pages.flatMap(snippetsIn),
  // Others there need files; those that say what they print can be held to it.
  ...snippetsIn("docs/evaluate.md").filter(({ promised }) => promised.length > 0),
];

/** A library of schemas, of which the course shows one. */
const LIBRARIES = ["zod"];

function entryPath(specifier: string): string {
  if (LIBRARIES.includes(specifier)) return createRequire(import.meta.url).resolve(specifier);
  const path = specifier === "dspex" ? "index.ts" : `${specifier.slice("dspex/".length)}/index.ts`;
  if (!ENTRIES.includes(path)) throw new Error(`expected an entry of the package, got "${specifier}"`);
  return join(root, path);
}

describe("the course on programs", () => {
  let runs: readonly SnippetRun[] = [];
  beforeAll(async () => {
    runs = await runSnippets(snippets, entryPath);
  }, 180_000);

  it("shows programs that import what they use, and nothing less", () => {
    expect(snippets.filter((snippet) => !isProgram(snippet)).map(({ page, line }) => `${page}:${line}`)).toEqual([]);
  });

  it.each(snippets.map((snippet, at) => ({ where: `${snippet.page}:${snippet.line}`, snippet, at })))(
    "prints what it says at $where",
    ({ snippet, at }) => {
      expect(runs[at]?.failure).toBeUndefined();
      expect(runs[at]?.printed.map((line) => line.trimEnd())).toEqual(snippet.promised);
    },
  );

  it("links each page from the first", () => {
    const first = readFileSync(join(root, "docs/programs.md"), "utf8");
    const names = readdirSync(join(root, "docs/programs"));
    expect(names.filter((name) => !first.includes(`](programs/${name})`))).toEqual([]);
  });
});

describe("snippetsOf", () => {
  it("takes the answers above a block and the lines it promises", () => {
    const page = '<!-- answers: {"a": 1} -->\n```ts\nf(); // → one\ng();\nh(); // → two \n```\n\n```ts\ni();\n```\n';
    expect(snippetsOf("a.md", page).map(({ line, answers, promised }) => ({ line, answers, promised }))).toEqual([
      { line: 2, answers: [{ a: 1 }], promised: ["one", "two"] },
      { line: 8, answers: [], promised: [] },
    ]);
  });
});

describe("completionText", () => {
  const asked = { messages: [{ content: "… `[[ ## a ## ]]`, then `[[ ## b ## ]]`, then `[[ ## completed ## ]]`" }] };

  it("answers in the format that is asked for", () => {
    expect(completionText(asked, { a: "x", b: [1] })).toBe(
      "[[ ## a ## ]]\nx\n\n[[ ## b ## ]]\n[1]\n\n[[ ## completed ## ]]\n",
    );
    expect(completionText({ ...asked, response_format: {} }, { a: "x" })).toBe('{"a":"x"}');
    expect(completionText(asked, "as it is")).toBe("as it is");
  });

  it("refuses to answer where nothing is said", () => {
    expect(() => completionText(asked, undefined)).toThrow(/answers/);
  });
});
