import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { root } from "../architecture/tree.ts";
import { bringDspy, python } from "./python-dspy.ts";

describe("the package dspex-worker", () => {
  beforeAll(bringDspy);

  it.each([
    ["is linted", ["-m", "ruff", "check", "."]],
    ["is formatted", ["-m", "ruff", "format", "--check", "."]],
    ["is typed", ["-m", "mypy"]],
    ["passes its own tests", ["-m", "pytest", "-q"]],
  ])("%s", (_title, args) => {
    const { status, stdout, stderr } = spawnSync(python, args, { cwd: join(root, "python"), encoding: "utf8" });
    expect({ status, output: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, output: "" });
  });
});
