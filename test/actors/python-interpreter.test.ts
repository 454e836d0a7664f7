import { basename, delimiter, dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { hasInterpreter } from "../../actors/python-interpreter.ts";

const here = process.execPath;

describe("hasInterpreter", () => {
  it("looks at a path, whatever PATH says", () => {
    expect(hasInterpreter(here, {})).toBe(true);
    expect(hasInterpreter("/no/such/python", { PATH: dirname(here) })).toBe(false);
  });

  it("looks for a bare name in all of PATH, and not in the working directory", () => {
    const PATH = ["/no/such/folder", dirname(here)].join(delimiter);
    expect(hasInterpreter(basename(here), { PATH })).toBe(true);
    expect(hasInterpreter("no-such-python", { PATH })).toBe(false);
    expect(hasInterpreter("package.json", {})).toBe(false);
    expect(hasInterpreter("package.json", { PATH: "" })).toBe(false);
  });
});
