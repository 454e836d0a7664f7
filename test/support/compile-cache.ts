// Lets every process that the tests start read the sources compiled by the first one that did, in a folder of this run alone.
// Knows nothing of the tests. A cache that was named from outside stays as it is.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export default function setup(): () => void {
  if (process.env["NODE_COMPILE_CACHE"] !== undefined) return () => {};
  const folder = mkdtempSync(join(tmpdir(), "dspex-compiled-"));
  process.env["NODE_COMPILE_CACHE"] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
