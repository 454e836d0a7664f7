// Reads the house's sources from the disk, as path from the root → text.
// Knows no rule.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** The root of the repository. */
export const root = join(import.meta.dirname, "..", "..");

/** Every folder that holds sources of the house; a new folder at the root is an error until it is named here. */
export const SOURCE_FOLDERS = [
  "runtime",
  "lm",
  "programs",
  "evaluate",
  "optimizers",
  "stores",
  "bridge",
  "actors",
  "testing",
  "cli",
  "examples",
  "bench",
  "test",
  "scripts",
] as const;

/** Folders at the root that hold no sources. */
export const OTHER_FOLDERS = ["docs", "proto", "python", "tools", "dist", "node_modules", "types"] as const;

/** The TypeScript of the house; fixtures and installed packages are other people's and are left out. */
export function sources(): Readonly<Record<string, string>> {
  const paths = SOURCE_FOLDERS.filter((folder) => existsSync(join(root, folder))).flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
      .filter((path) => !path.includes("/fixtures/") && !path.includes("/node_modules/")),
  );
  const front = readdirSync(root).filter((name) => name === "index.ts");
  return Object.fromEntries([...front, ...paths].map((path) => [path, readFileSync(join(root, path), "utf8")]));
}
