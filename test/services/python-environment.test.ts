import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkPython, interpreterIn, setupPython } from "../../index.ts";
import { root } from "../architecture/tree.ts";
import { bringDspy, python } from "./python-dspy.ts";

const folder = mkdtempSync(join(tmpdir(), "dspex-environment-"));
const statusOf = async (interpreter: string) =>
  Object.fromEntries(
    (await checkPython({ interpreter, env: process.env })).map(({ check, status }) => [check, status]),
  );

describe("setupPython", () => {
  beforeAll(bringDspy);

  it("leaves an environment alone that holds what is pinned", async () => {
    const said: string[] = [];
    const made = await setupPython({
      folder: join(root, ".dspex", "python"),
      say: (line) => said.push(line),
      purpose: "development",
    });
    expect([made.status, said]).toEqual(["fresh", []]);
  });

  it("says what it needs where no Python fits", async () => {
    await expect(
      setupPython({ folder: join(folder, "none"), say: () => {}, base: "/no/such/python" }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/PYTHON_UNFIT|PYTHON_SETUP_FAILED/) });
  });
});

describe("checkPython", () => {
  beforeAll(bringDspy);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("finds nothing wrong with the environment of the setup", async () => {
    expect(new Set(Object.values(await statusOf(python)))).toEqual(new Set(["ok"]));
  });

  it("tells what a bare environment lacks", async () => {
    const bare = join(folder, "bare");
    expect(spawnSync(python, ["-m", "venv", "--without-pip", bare]).status).toBe(0);
    expect(await statusOf(interpreterIn(bare))).toEqual({
      interpreter: "ok",
      grpcio: "failed",
      protobuf: "failed",
      orjson: "failed",
      dspy: "warned",
      numpy: "warned",
      optuna: "warned",
    });
  });

  it("tells that there is no interpreter", async () => {
    expect(await checkPython({ interpreter: "/no/such/python", env: {} })).toMatchObject([
      {
        check: "interpreter",
        status: "failed",
        found: expect.stringContaining("ENOENT"),
        remedy: "dspex python setup",
      },
    ]);
  });
});
