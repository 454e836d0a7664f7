// The hash of a user's module and everything it imports by a relative path: equal hash, equal code.
// Knows nothing of running it. Packages are not part of it: their versions are in a lock file.
import { readFile, stat } from "node:fs/promises";
import { dirname, relative, resolve, sep } from "node:path";
import { contentHash, sha256 } from "../runtime/base/index.ts";

/**
 * A relative module named in `from "./a.ts"`, `import "./a.ts"`, `import("./a.ts")`, `require("./a.cjs")` or `new URL("./a.ts", …)`.
 *
 * Not a parser: one that also looks into comments and texts takes a file too many at worst, and only if it is there.
 */
const RELATIVE = /(?:\bfrom|\bimport|\bimport\s*\(|\brequire\s*\(|\bnew\s+URL\s*\()\s*(["'`])(\.\.?\/[^"'`\n]+)\1/g;

/** Endings that `require` tries where none is written. */
const ENDINGS = ["", ".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json", "/index.ts", "/index.js"];

/** Hashes a module and its relative imports, and theirs. Where the folder lies does not count; how the files lie to each other does. */
export async function moduleHash(file: string): Promise<string> {
  const home = dirname(file);
  const contents = new Map<string, string>();
  const waiting = [file];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    // The file's own name does not count, so that it may be renamed; its imports know it by where they lie.
    const name = path === file ? "" : relative(home, path).split(sep).join("/");
    if (contents.has(name)) continue;
    const text = await readFile(path, "utf8");
    contents.set(name, sha256(text));
    for (const specifier of relativeImports(text)) {
      const found = await findFile(resolve(dirname(path), specifier));
      if (found !== undefined) waiting.push(found);
    }
  }
  return contentHash([...contents].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The relative modules that a source names, in order, each once. */
export function relativeImports(source: string): readonly string[] {
  const found = [...source.matchAll(RELATIVE)].map(([, , specifier = ""]) => specifier.replace(/[?#].*$/, ""));
  return [...new Set(found)];
}

async function findFile(path: string): Promise<string | undefined> {
  for (const ending of ENDINGS) {
    const entry = await stat(path + ending).catch(() => undefined);
    if (entry?.isFile() === true) return path + ending;
  }
  return undefined;
}
