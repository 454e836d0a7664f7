import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { moduleHash, relativeImports } from "../../actors/module-hash.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dspex-hash-"));
  mkdirSync(join(folder, "deep"));
  write("main.ts", 'import { a } from "./a.ts";\nexport default a;\n');
  write("a.ts", 'export { b as a } from "./deep/b.ts";\n');
  write("deep/b.ts", 'import "../main.ts";\nimport "some-package";\nexport const b = 1;\n');
  write("other.ts", "export {};\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string): void {
  writeFileSync(join(folder, name), content);
}
const hash = (name = "main.ts") => moduleHash(join(folder, name));

describe("moduleHash", () => {
  it("changes with the file and with whatever it imports, and with nothing else", async () => {
    const before = await hash();
    write("other.ts", "export const c = 2;\n");
    expect(await hash()).toBe(before);
    write("deep/b.ts", 'import "../main.ts";\nexport const b = 2;\n');
    expect(await hash()).not.toBe(before);
  });

  it("is the same in another folder and under another name", async () => {
    const before = await hash();
    cpSync(folder, `${folder}-moved`, { recursive: true });
    const moved = await moduleHash(join(`${folder}-moved`, "main.ts"));
    rmSync(`${folder}-moved`, { recursive: true });
    expect(moved).toBe(before);
    write("renamed.ts", 'import { a } from "./other.ts";\n');
    write("main.ts", 'import { a } from "./other.ts";\n');
    expect(await hash("renamed.ts")).toBe(await hash());
  });

  it("passes over an import that is not there: loading the file says so better", async () => {
    write("main.ts", 'import "./none.ts";\n');
    expect(await hash()).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("relativeImports", () => {
  it.each([
    ['import a from "./a.ts"', ["./a.ts"]],
    ["import type { A } from '../a.ts'", ["../a.ts"]],
    ['import"./a.js"', ["./a.js"]],
    ['export * from "./a.ts"', ["./a.ts"]],
    ['await import("./a.ts")', ["./a.ts"]],
    ["await import(`./a.ts`)", ["./a.ts"]],
    ['require("./a.cjs")', ["./a.cjs"]],
    ['new Worker(new URL("./w.ts", import.meta.url))', ["./w.ts"]],
    ['import "./a.ts?fresh"', ["./a.ts"]],
    ['import { b } from "dspex"', []],
    ['const text = "./a.ts"', []],
  ])("%s", (source, expected) => expect(relativeImports(source)).toEqual(expected));
});
