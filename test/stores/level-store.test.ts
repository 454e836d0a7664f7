import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { levelStore } from "../../stores/index.ts";
import { resultStoreCases } from "../suites/result-store-suite.ts";
import { exampleResult } from "../suites/sample-records.ts";
import { firstOutput } from "../support/first-output.ts";

const root = await mkdtemp(join(tmpdir(), "dspex-level-"));
let folders = 0;
const newFolder = () => join(root, `s${folders++}`, "nested");
const holder = join(import.meta.dirname, "store-holder.ts");

afterAll(() => rm(root, { recursive: true, force: true }));

/** Starts a process that opens the store, writes `count` records one after the other, says how many are acknowledged, and waits. */
async function startHolder(folder: string, count: number): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, [holder, folder, String(count)], { stdio: ["ignore", "pipe", "inherit"] });
  return { child, said: await firstOutput(child) };
}

async function endHolder(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

async function openedAndClosed(folder: string): Promise<void> {
  const store = levelStore({ folder });
  await store.open();
  await store.close();
}

describe("levelStore", () => {
  for (const { name, run } of resultStoreCases(async () => levelStore({ folder: newFolder() }))) it(name, run);

  it("keeps its folder out of version control and says its format and holder", async () => {
    const folder = newFolder();
    await using store = levelStore({ folder });
    await store.open();
    expect((await readdir(folder)).sort()).toEqual([".gitignore", "db", "format.json", "owner.json"]);
    expect(await readFile(join(folder, ".gitignore"), "utf8")).toBe("*\n");
    expect(JSON.parse(await readFile(join(folder, "format.json"), "utf8"))).toEqual({ formatVersion: 1 });
    expect(JSON.parse(await readFile(join(folder, "owner.json"), "utf8"))).toMatchObject({ pid: process.pid });
  });

  it("takes its name away when it is closed", async () => {
    const folder = newFolder();
    const store = levelStore({ folder });
    await store.open();
    await store.close();
    expect((await readdir(folder)).sort()).toEqual([".gitignore", "db", "format.json"]);
  });

  it("names this process when another store object in it holds the folder", async () => {
    const folder = newFolder();
    await using first = levelStore({ folder });
    await first.open();
    const second = levelStore({ folder });
    await expect(second.open()).rejects.toMatchObject({
      code: "STORE_LOCKED",
      message: expect.stringContaining("in this process"),
      details: { pid: process.pid },
    });
    expect(second.status).toBe("closed");
    await first.write({ records: [exampleResult()] });
  });

  it("names the pid of another process that holds the folder, and opens when that has been killed, with all it acknowledged", async () => {
    const folder = newFolder();
    const { child, said } = await startHolder(folder, 200);
    const store = levelStore({ folder });
    await expect(store.open()).rejects.toMatchObject({ code: "STORE_LOCKED", details: { pid: child.pid } });
    await endHolder(child);
    await store.open();
    expect(said.trim()).toBe("200");
    expect((await store.list("example-result").all()).records).toHaveLength(200);
    await store.close();
  });

  it("ignores the name that a dead process left behind", async () => {
    const folder = newFolder();
    const first = levelStore({ folder });
    await first.open();
    await first.close();
    await writeFile(join(folder, "owner.json"), JSON.stringify({ pid: 999_999_999, host: "elsewhere", startedAt: 1 }));
    await using store = levelStore({ folder });
    await store.open();
    expect(store.status).toBe("open");
  });

  it("refuses a folder of a later format, and one whose format nobody can read", async () => {
    const folder = newFolder();
    const store = levelStore({ folder });
    await store.open();
    await store.close();
    await writeFile(join(folder, "format.json"), '{"formatVersion":2}');
    await expect(store.open()).rejects.toMatchObject({
      code: "STORE_FORMAT_NEWER",
      details: { found: 2, known: 1 },
    });
    await writeFile(join(folder, "format.json"), '{"formatVer');
    await expect(store.open()).rejects.toMatchObject({ code: "STORE_FORMAT_UNKNOWN" });
  });

  it("says when its folder cannot be made", async () => {
    const file = join(root, "a-file");
    await writeFile(file, "");
    await expect(levelStore({ folder: join(file, "below") }).open()).rejects.toMatchObject({
      code: "STORE_FOLDER_NOT_WRITABLE",
      retryable: true,
    });
  });

  it("leaves a .gitignore of the user's alone", async () => {
    const folder = newFolder();
    await openedAndClosed(folder);
    await writeFile(join(folder, ".gitignore"), "mine\n");
    await openedAndClosed(folder);
    expect(await readFile(join(folder, ".gitignore"), "utf8")).toBe("mine\n");
  });

  it("keeps only the database out of version control where the folder holds something else already", async () => {
    const folder = newFolder();
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "package.json"), "{}");
    for (const _opening of ["first", "second"]) {
      await openedAndClosed(folder);
      expect((await readdir(folder)).sort()).toEqual(["db", "format.json", "package.json"]);
      expect(await readFile(join(folder, "db", ".gitignore"), "utf8")).toBe("*\n");
    }
  });

  it("takes a folder that was made for it, and is empty, for its own", async () => {
    const folder = newFolder();
    await mkdir(folder, { recursive: true });
    for (const _opening of ["first", "second"]) {
      await openedAndClosed(folder);
      expect(await readFile(join(folder, ".gitignore"), "utf8")).toBe("*\n");
      expect(await readdir(join(folder, "db"))).not.toContain(".gitignore");
    }
  });
});
