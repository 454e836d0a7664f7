import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENTRIES } from "../architecture/house.ts";
import { root } from "../architecture/tree.ts";
import { chatServer } from "./chat-server.ts";
import { codeBlocks, fileNameOf, isProgram } from "./code-blocks.ts";

const pages = ["README.md", "CONTRIBUTING.md", ...markdownUnder("docs")].filter((page) => existsSync(join(root, page)));
const texts = new Map(pages.map((page) => [page, readFileSync(join(root, page), "utf8")]));
const programs = [...texts].flatMap(([page, text]) => codeBlocks(page, text)).filter(isProgram);
const readme = programs.find((block) => block.page === "README.md");

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "dspex-pages-"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function markdownUnder(path: string): readonly string[] {
  return readdirSync(join(root, path), { recursive: true })
    .map((name) => join(path, String(name)).split(sep).join("/"))
    .filter((name) => name.endsWith(".md"));
}

/** The source that a user imports as `dspex` or `dspex/<entry>`. */
function entryPath(specifier: string): string {
  const path = specifier === "dspex" ? "index.ts" : `${specifier.slice("dspex/".length)}/index.ts`;
  if (!ENTRIES.includes(path)) throw new Error(`expected an entry of the package, got "${specifier}"`);
  return join(root, path);
}

function node(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, { cwd: folder, env: { ...process.env, ...env } });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.on("error", fail);
    child.on("close", (code) => done({ code, output }));
  });
}

describe("the pages", () => {
  it("hold programs", () => expect(readme?.code).toContain("createRuntime"));

  it("hold programs that compile, as a user's strict project compiles them", async () => {
    const paths = Object.fromEntries(
      ENTRIES.map((path) => [path === "index.ts" ? "dspex" : `dspex/${dirname(path)}`, [join(root, path)]]),
    );
    const files = programs.map((block, at) => {
      const name = `block-${at}.ts`;
      for (const file of [name, fileNameOf(block) ?? name]) writeFileSync(join(folder, file), block.code);
      return name;
    });
    const base = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8")).compilerOptions;
    const libraries = { zod: [join(root, "node_modules/zod/index.d.ts")] };
    const compilerOptions = {
      ...base,
      paths: { ...paths, ...libraries },
      typeRoots: [join(root, "node_modules/@types")],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    const { output } = await node([join(root, "node_modules/typescript/bin/tsc"), "-p", folder, "--pretty", "false"]);
    const where = programs.map(({ page, line }, at) => `block-${at}.ts is ${page}:${line}`).join("\n");
    expect(output === "" ? "" : `${output}\n${where}`).toBe("");
  });

  it("show a first program that runs as it stands", async () => {
    await using server = await chatServer(
      "[[ ## answer ## ]]\nJames Joyce\n\n[[ ## sure ## ]]\n0.9\n\n[[ ## completed ## ]]\n",
    );
    const code = (readme?.code ?? "").replaceAll(
      /from "(dspex[a-z/]*)"/g,
      (_import, specifier: string) => `from ${JSON.stringify(pathToFileURL(entryPath(specifier)).href)}`,
    );
    writeFileSync(join(folder, "first.ts"), `${code}\nconsole.log(JSON.stringify({ answer, sure }));\n`);
    const keys = { OPENAI_API_KEY: "sk-of-a-test", OPENAI_BASE_URL: server.baseUrl, OPENAI_API_BASE: server.baseUrl };
    const { code: exit, output } = await node(["first.ts"], keys);
    expect(output).toContain('{"answer":"James Joyce","sure":0.9}');
    expect(output).toMatch(/program\.call\.stopped \d/);
    expect(exit).toBe(0);
    expect(server.requests).toHaveLength(1);
  });

  it.each(pages)("link to files that are there: %s", (page) => {
    const links = [...(texts.get(page) ?? "").matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, link = ""]) => link);
    const local = links.filter((link) => !/^[a-z]+:/.test(link));
    const broken = local.filter((link) => !existsSync(resolve(root, dirname(page), link)));
    expect(broken.map((link) => `${page} → ${relative(root, resolve(root, dirname(page), link))}`)).toEqual([]);
  });
});

describe("codeBlocks", () => {
  it("takes blocks fenced with ts alone, with their lines", () => {
    const markdown = 'a\n\n```ts\nimport { a } from "dspex";\n```\n```ts excerpt\nb\n```\n```sh\nc\n```\n';
    const blocks = codeBlocks("a.md", markdown);
    expect(blocks).toEqual([{ page: "a.md", line: 3, code: 'import { a } from "dspex";\n' }]);
    expect(blocks.map(isProgram)).toEqual([true]);
  });
});
