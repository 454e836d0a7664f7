// Takes the TypeScript blocks out of Markdown pages.
// Knows nothing of what is done with them.

/** One fenced block: the page, the line of its fence, and what is inside. */
export interface CodeBlock {
  readonly page: string;
  readonly line: number;
  readonly code: string;
}

/** The blocks fenced with ```ts. Blocks with a word after it (```ts excerpt) are parts of something, and are left out. */
export function codeBlocks(page: string, markdown: string): readonly CodeBlock[] {
  return [...markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => ({
    page,
    line: markdown.slice(0, match.index).split("\n").length,
    code: match[1] ?? "",
  }));
}

/** Whether a block is a program of its own: it imports what it uses. */
export function isProgram(block: CodeBlock): boolean {
  return /^import .* from "dspex(?:\/[a-z]+)?";$/m.test(block.code);
}

/** The name of the file that a block says it is, in its first line (`// ranker.ts`): blocks behind it import it so. */
export function fileNameOf({ code }: CodeBlock): string | undefined {
  return /^\/\/ ([\w-]+\.ts)\n/.exec(code)?.[1];
}
