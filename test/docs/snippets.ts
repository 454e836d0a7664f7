// The programs of a course's pages: what a model is to answer them, what they say they print, and how they are run.
// Knows nothing of what they are about.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type CodeBlock, codeBlocks, fileNameOf } from "./code-blocks.ts";
import { completionText } from "./snippet-answers.ts";

/** A block, what the model answers it, and the lines it says it prints. */
export interface Snippet extends CodeBlock {
  /** One entry per request, the last for all further ones. */
  readonly answers: readonly unknown[];
  readonly promised: readonly string[];
}

/** What a snippet did. */
export interface SnippetRun {
  readonly printed: readonly string[];
  readonly failure?: string;
}

/** A page's blocks. `<!-- answers: … -->` above a block says, as JSON, what the model answers; `// → …` behind a line, what the line prints. */
export function snippetsOf(page: string, markdown: string): readonly Snippet[] {
  const lines = markdown.split("\n");
  return codeBlocks(page, markdown).map((block) => {
    const above = /^<!-- answers: (.*) -->$/.exec(lines[block.line - 2] ?? "")?.[1];
    const answers: unknown = above === undefined ? [] : JSON.parse(above);
    return {
      ...block,
      answers: Array.isArray(answers) ? answers : [answers],
      promised: [...block.code.matchAll(/\/\/ → (.*)$/gm)].map(([, line = ""]) => line.trimEnd()),
    };
  });
}

/** Runs the snippets one after another in one process, each with a model of its own, and says what each printed. */
export async function runSnippets(
  snippets: readonly Snippet[],
  entryPath: (specifier: string) => string,
): Promise<readonly SnippetRun[]> {
  const folder = mkdtempSync(join(tmpdir(), "dspex-snippets-"));
  const asked = snippets.map(() => 0);
  const server = createServer((request, response) => {
    const at = Number(/^\/(\d+)\//.exec(request.url ?? "")?.[1]);
    const answers = snippets[at]?.answers ?? [];
    const answer = answers[Math.min(asked[at] ?? 0, answers.length - 1)];
    asked[at] = (asked[at] ?? 0) + 1;
    void reply(request, response, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // Foreign truth: `address()` is an AddressInfo once a TCP server listens (node:net).
  const { port } = server.address() as AddressInfo;
  try {
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    for (const [at, snippet] of snippets.entries()) {
      const here = snippet.code.replaceAll(
        /from "([a-z][a-z/]*)"/g,
        (_import, specifier: string) => `from ${JSON.stringify(pathToFileURL(entryPath(specifier)).href)}`,
      );
      writeFileSync(join(folder, `snippet-${at}.ts`), here);
      const named = fileNameOf(snippet);
      if (named !== undefined) writeFileSync(join(folder, named), here);
    }
    writeFileSync(join(folder, "run.js"), DRIVER);
    const output = await runNode(folder, [String(snippets.length), `http://127.0.0.1:${port}`]);
    const runs: SnippetRun[] = output
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line));
    return snippets.map((_, at) => runs[at] ?? { printed: [], failure: `it did not come to its end:\n${output}` });
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function reply(request: IncomingMessage, response: ServerResponse, answer: unknown): Promise<void> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  const asked = JSON.parse(body);
  const content = completionText(asked, answer);
  if (asked.stream === true) {
    response.setHeader("content-type", "text/event-stream");
    response.end(streamEvents(content));
    return;
  }
  const choice = (index: number) => ({ index, finish_reason: "stop", message: { role: "assistant", content } });
  response.setHeader("content-type", "application/json");
  response.end(
    JSON.stringify({
      id: "chat-1",
      object: "chat.completion",
      model: "gpt-4o-mini",
      choices: Array.from({ length: asked.n ?? 1 }, (_, index) => choice(index)),
      usage: USAGE,
    }),
  );
}

const USAGE = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };

/** The same answer as server-sent events, a word at a time. */
function streamEvents(content: string): string {
  const about = { id: "chat-1", object: "chat.completion.chunk", model: "gpt-4o-mini" };
  const pieces = content.match(/\S*\s*/g) ?? [];
  const events = [
    ...pieces.map((piece) => ({ ...about, choices: [{ index: 0, delta: { content: piece } }] })),
    { ...about, choices: [{ index: 0, delta: {}, finish_reason: "stop" }], usage: USAGE },
  ];
  return [...events.map((event) => JSON.stringify(event)), "[DONE]"].map((data) => `data: ${data}\n\n`).join("");
}

function runNode(folder: string, args: readonly string[]): Promise<string> {
  return new Promise((done, fail) => {
    const env = { ...process.env, OPENAI_API_KEY: "sk-of-a-test", NO_COLOR: "1", FORCE_COLOR: undefined };
    const child = spawn(process.execPath, ["run.js", ...args], { cwd: folder, env });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.on("error", fail);
    child.on("close", () => done(output));
  });
}

/** One JSON line per snippet. A snippet ends when its module has been evaluated: what it leaves open is its own fault. */
const DRIVER = `
import { format } from "node:util";
const [, , count, address] = process.argv;
let printed = [];
console.log = (...values) => printed.push(...format(...values).split("\\n").slice(0, 1));
for (let at = 0; at < Number(count); at++) {
  printed = [];
  process.env.OPENAI_BASE_URL = process.env.OPENAI_API_BASE = address + "/" + at + "/v1";
  let failure;
  try {
    await import("./snippet-" + at + ".ts");
  } catch (error) {
    failure = String(error?.stack ?? error);
  }
  process.stdout.write(JSON.stringify({ printed, failure }) + "\\n");
}
`;
