import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  child,
  createSystem,
  defineActor,
  errorCode,
  formatTree,
  readInspection,
  serveInspection,
  supervisor,
  type TreeNode,
} from "../../runtime/index.ts";
import { createManualClock } from "../../testing/index.ts";
import { firstOutput } from "../support/first-output.ts";

const isWindows = process.platform === "win32";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dspex-inspection-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const idle = defineActor({ behaviourName: "idle", init: (_: void) => 0 });

async function newSystem() {
  const clock = createManualClock();
  const system = createSystem({ name: "looked-at", clock });
  const tree = supervisor({ strategy: "one_for_one", children: [child("a", idle), child("b", idle)] });
  await system.spawn(tree, undefined, { name: "top" });
  return { clock, system };
}

function addressOf(path: string): { readonly pid: number; readonly socket: string; readonly token: string } {
  return JSON.parse(readFileSync(join(path, ".dspex-inspection", "address.json"), "utf8"));
}

/** What a process that knows the socket, and says this to it, is told. */
function told(socketPath: string, question: string): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(socketPath, () => socket.write(question));
    socket.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(text));
  });
}

describe("serveInspection and readInspection", () => {
  it("show the tree as the process itself sees it", async () => {
    const { system, clock } = await newSystem();
    await using _door = await serveInspection(system, { folder });
    system.whereis("top")?.send("what nobody handles");
    await clock.settle();
    expect(await readInspection(folder)).toEqual({
      pid: process.pid,
      at: clock.wallMs(),
      system: "looked-at",
      actors: 3,
      tree: system.tree(),
    });
  });

  it("show a tree as deep as it may be", async () => {
    const { system } = await newSystem();
    const link = defineActor({
      init: async (left: number, self): Promise<number> => {
        if (left > 0) await self.spawnLink(link, left - 1);
        return left;
      },
    });
    await system.spawn(link, 20_000, { name: "chain" });
    await using _door = await serveInspection(system, { folder });
    const { tree } = await readInspection(folder);
    let depth = 0;
    for (let node: TreeNode | undefined = tree[1]; node !== undefined; node = node.children[0]) depth++;
    expect(depth).toBe(20_001);
  });

  it.skipIf(isWindows)("keep folder, socket and token for the user alone", async () => {
    const { system } = await newSystem();
    await using _door = await serveInspection(system, { folder });
    const own = join(folder, ".dspex-inspection");
    expect([statSync(own).mode & 0o777, statSync(join(own, "address.json")).mode & 0o777]).toEqual([0o700, 0o600]);
    expect(addressOf(folder).socket).toBe(join(own, "socket"));
    expect(readFileSync(join(own, ".gitignore"), "utf8")).toBe("*\n");
  });

  it("tell nothing to who does not know the token, says something else, or too much", async () => {
    const { system } = await newSystem();
    await using _door = await serveInspection(system, { folder });
    const { socket, token } = addressOf(folder);
    expect(JSON.parse(await told(socket, `tree ${"0".repeat(token.length)}\n`))).toEqual({ refused: "token" });
    expect(JSON.parse(await told(socket, "tree\n"))).toEqual({ refused: "token" });
    expect(JSON.parse(await told(socket, `stop ${token}\n`))).toEqual({ refused: "question" });
    expect(await told(socket, "x".repeat(5000))).toBe("");
    expect((await readInspection(folder)).actors).toBe(3);
  });

  it("leave nothing behind, and nobody to ask", async () => {
    const { system } = await newSystem();
    const door = await serveInspection(system, { folder });
    await Promise.all([door.close(), door.close()]);
    expect(existsSync(join(folder, ".dspex-inspection"))).toBe(false);
    await expect(readInspection(folder)).rejects.toMatchObject({
      code: "INSPECTION_NOT_RUNNING",
      message: expect.stringContaining("found none"),
    });
  });

  it("refuse a folder in which another door is open, and take over one whose process was killed", async () => {
    const { system } = await newSystem();
    const door = await serveInspection(system, { folder });
    expect(await serveInspection(system, { folder }).catch(errorCode)).toBe("INSPECTION_TAKEN");
    expect((await readInspection(folder)).actors).toBe(3);
    await door.close();

    const file = fileURLToPath(new URL("inspected-child.ts", import.meta.url));
    const inspected = spawn(process.execPath, [file, folder], { stdio: ["ignore", "pipe", "inherit"] });
    await firstOutput(inspected);
    const { pid, tree } = await readInspection(folder);
    expect([pid, formatTree(tree)]).toEqual([inspected.pid, "alone · running · waiting 0 · handled 0"]);
    inspected.kill("SIGKILL");
    await new Promise((resolve) => inspected.once("close", resolve));
    await expect(readInspection(folder)).rejects.toMatchObject({
      code: "INSPECTION_NOT_RUNNING",
      message: expect.stringContaining(`process ${pid} has ended`),
    });
    await using _next = await serveInspection(system, { folder });
    expect((await readInspection(folder)).pid).toBe(process.pid);
  });

  it("remove nothing but their own, whatever a file in the folder says", async () => {
    const precious = join(folder, "precious", "socket");
    mkdirSync(join(folder, "precious"));
    writeFileSync(precious, "mine");
    const own = join(folder, ".dspex-inspection");
    mkdirSync(own);
    writeFileSync(join(own, "notes"), "also mine");
    writeFileSync(join(own, "address.json"), JSON.stringify({ pid: 1, socket: precious, token: "t" }));
    const { system } = await newSystem();
    await (await serveInspection(system, { folder })).close();
    expect([readFileSync(precious, "utf8"), readFileSync(join(own, "notes"), "utf8")]).toEqual(["mine", "also mine"]);
  });

  it.each(["", "{", '{"pid":1}', "[]"])("take an address that cannot be read for none: %j", async (text) => {
    mkdirSync(join(folder, ".dspex-inspection"));
    writeFileSync(join(folder, ".dspex-inspection", "address.json"), text);
    expect(await readInspection(folder).catch(errorCode)).toBe("INSPECTION_NOT_RUNNING");
  });

  it.skipIf(isWindows)("find another place for a socket whose path would be too long", async () => {
    const deep = join(folder, "d".repeat(120));
    const { system } = await newSystem();
    const door = await serveInspection(system, { folder: deep });
    const { socket } = addressOf(deep);
    expect(socket.startsWith(tmpdir()) && socket.length < 100).toBe(true);
    expect((await readInspection(deep)).actors).toBe(3);
    await door.close();
    expect(existsSync(join(socket, ".."))).toBe(false);
  });

  it("say what kept them from opening a door", async () => {
    writeFileSync(join(folder, "file"), "");
    const { system } = await newSystem();
    expect(await serveInspection(system, { folder: join(folder, "file") }).catch(errorCode)).toBe("INSPECTION_FAILED");
  });
});

describe("formatTree", () => {
  it("shows as many children as asked and says how many more there are, without what a terminal would obey", async () => {
    const { system } = await newSystem();
    await system.spawn(idle, undefined, { name: "\u001b[2Jclear" });
    expect(formatTree(system.tree(), { maxChildren: 1 }).split("\n")).toEqual([
      "top · supervisor · running · waiting 0 · handled 0",
      "├─ a = idle#2 · running · waiting 0 · handled 0",
      "└─ … 1 more",
      "�[2Jclear · running · waiting 0 · handled 0",
    ]);
  });
});
