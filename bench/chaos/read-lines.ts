// The whole lines of a file of JSON, one value a line, that its writer may have been killed over.
// Knows nothing of what they say.
import { existsSync, readFileSync } from "node:fs";

/** The values. A file that is not there has none; the end of one that its writer left in the middle of a line is none. */
export function readLines<Line>(path: string | undefined): readonly Line[] {
  if (path === undefined || !existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
  // Each writer writes one kind of value.
  return lines.map((line) => JSON.parse(line) as Line);
}
