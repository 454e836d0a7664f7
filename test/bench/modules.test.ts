import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { BENCH_MODULES } from "../../bench/support/modules.ts";

const bench = join(import.meta.dirname, "../../bench");

describe("BENCH_MODULES", () => {
  it("names files that are there", () => {
    expect(readdirSync(bench)).toEqual(expect.arrayContaining(BENCH_MODULES.map((name) => `${name}.ts`)));
  });

  it("is all that the bench runs", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(bench, "index.ts"), "--help"]);
    expect(stdout).toContain(`names: ${BENCH_MODULES.join(", ")}\n`);
  });
});
