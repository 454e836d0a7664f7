import { describe, expect, it } from "vitest";
import { cycles } from "./cycles.ts";
import { violations } from "./violations.ts";

const HEAD = "// What it is for.\n// What it must not know.\n";

/** A small house in order, with these files added or changed. Files but doors get their two lines. */
function broken(changes: Readonly<Record<string, string>>): readonly string[] {
  const house: Readonly<Record<string, string>> = {
    "index.ts": 'export { createRuntime } from "./actors/index.ts";\n',
    "runtime/base/index.ts": 'export { newId } from "./ids.ts";\n',
    "runtime/base/ids.ts": `${HEAD}import { nanoid } from "nanoid";\nexport const newId = nanoid;\n`,
    "runtime/index.ts": 'export { spawn } from "./spawn.ts";\n',
    "runtime/spawn.ts": `${HEAD}import { newId } from "./base/index.ts";\nexport const spawn = newId;\n`,
    "programs/index.ts": 'export { predict } from "./predict.ts";\n',
    "programs/predict.ts": `${HEAD}export const predict = 1;\n`,
    "actors/index.ts": 'export { createRuntime } from "./runtime.ts";\n',
    "actors/runtime.ts": `${HEAD}import { spawn } from "../runtime/index.ts";\nexport const createRuntime = spawn;\n`,
    ...Object.fromEntries(
      Object.entries(changes).map(([path, text]) => [path, path.endsWith("index.ts") ? text : HEAD + text]),
    ),
  };
  return violations(house).map(({ rule, message }) => `${rule} · ${message}`);
}

describe("violations", () => {
  it("finds none in a house in order", () => {
    expect(broken({})).toEqual([]);
  });

  it.each([
    ["an import", 'import { spawn } from "../runtime/index.ts";\nexport const predict = spawn;\n'],
    ["a type import", 'import type { spawn } from "../runtime/index.ts";\nexport const predict: typeof spawn = 1;\n'],
    ["a re-export", 'export { spawn as predict } from "../runtime/index.ts";\n'],
    ["a re-export of all", 'export * from "../runtime/index.ts";\nexport const predict = 1;\n'],
    ["a dynamic import", 'export const predict = () => import("../runtime/index.ts");\n'],
    ["an import in a type", 'export const predict: typeof import("../runtime/index.ts").spawn = 1;\n'],
  ])("finds a layer crossed by %s", (_how, text) => {
    const [first, ...others] = broken({ "programs/predict.ts": text });
    expect(first).toMatch(/^layers · programs\/predict\.ts:3: programs may import only runtime\/base, not runtime /);
    expect(others).toEqual([]);
  });

  it("finds an upward import", () => {
    expect(
      broken({ "runtime/spawn.ts": 'export { createRuntime as spawn } from "../actors/index.ts";\n' }),
    ).toContainEqual(
      expect.stringMatching(/^layers · runtime\/spawn\.ts:3: runtime may import only runtime\/base, not actors/),
    );
  });

  it("finds an entry that is not the door", () => {
    expect(broken({ "actors/runtime.ts": 'export { spawn as createRuntime } from "../runtime/spawn.ts";\n' })).toEqual([
      "doors · actors/runtime.ts:3: imports runtime/spawn.ts; other rooms come in through runtime/index.ts",
    ]);
  });

  it("finds a room entered past the door of its base", () => {
    expect(broken({ "runtime/spawn.ts": 'export { newId as spawn } from "./base/ids.ts";\n' })).toEqual([
      "doors · runtime/spawn.ts:3: imports runtime/base/ids.ts; other rooms come in through runtime/base/index.ts",
    ]);
  });

  it("finds a room without a door", () => {
    expect(broken({ "stores/memory.ts": "export const a = 1;\n" })).toEqual([
      "no door · stores/ has no door: expected stores/index.ts",
    ]);
  });

  it("finds an example that comes in through the back", () => {
    expect(broken({ "examples/a.ts": 'import "../programs/index.ts";\n' })[0]).toMatch(
      /^doors · .*examples may import only entries/,
    );
    expect(broken({ "examples/a.ts": 'import "../index.ts";\nimport "../runtime/index.ts";\n' })).toEqual([]);
  });

  it("lets the replay of DSPy's cases, and nothing else of the CLI, use the rooms' doors", () => {
    const text = 'import "../programs/index.ts";\n';
    expect(broken({ "cli/parity.ts": text })).toEqual([]);
    expect(broken({ "cli/run.ts": text })[0]).toMatch(/^doors · cli\/run\.ts:3/);
    expect(broken({ "cli/parity.ts": 'import "../programs/predict.ts";\n' })[0]).toMatch(/^doors · cli\/parity\.ts:3/);
  });

  it("lets a bench use the doors and the tests' servers, and no more", () => {
    const server = { "test/support/server.ts": "export const a = 1;\n", "test/lm/data.ts": "export const a = 1;\n" };
    const text = 'import "../programs/index.ts";\nimport "../test/support/server.ts";\n';
    expect(broken({ ...server, "bench/a.ts": text })).toEqual([]);
    expect(broken({ ...server, "bench/a.ts": 'import "../test/lm/data.ts";\n' })[0]).toMatch(/^doors · bench\/a\.ts:3/);
    expect(broken({ ...server, "bench/a.ts": 'import "../actors/runtime.ts";\n' })[0]).toMatch(
      /^doors · bench\/a\.ts:3/,
    );
  });

  it("finds an import of a file that is not there", () => {
    expect(broken({ "actors/runtime.ts": 'export { createRuntime } from "../lm/index.ts";\n' })).toEqual([
      "doors · actors/runtime.ts:3: lm/index.ts does not exist",
    ]);
  });

  it("finds a cycle closed by types, and prints it", () => {
    expect(
      broken({
        "programs/predict.ts": 'import { a } from "./adapter.ts";\nexport const predict = a;\n',
        "programs/adapter.ts": 'import type { predict } from "./predict.ts";\nexport const a = 1 as typeof predict;\n',
      }),
    ).toEqual([
      "cycles · programs/adapter.ts → programs/predict.ts → programs/adapter.ts: these import each other in a circle",
    ]);
  });

  it("finds a foreign package inside the walls", () => {
    expect(broken({ "programs/predict.ts": 'import { Pool } from "undici";\nexport const predict = Pool;\n' })).toEqual(
      ["walls · programs/predict.ts:3: undici stays inside lm/"],
    );
    expect(broken({ "programs/predict.ts": 'export type { predict } from "zod/v4";\n' })[0]).toMatch(
      /^walls · .*zod has no wall/,
    );
    expect(broken({ "bench/a.ts": 'import "undici";\n' })).toEqual([]);
  });

  it("finds a builtin without its prefix", () => {
    expect(broken({ "programs/predict.ts": 'export { join as predict } from "path";\n' })).toEqual([
      'walls · programs/predict.ts:3: expected "node:path", got "path"',
    ]);
  });

  it.each([["export const a = 1;\n"], ['export * from "./predict.ts";\n'], ['import "./predict.ts";\n']])(
    "finds code in a door: %s",
    (text) => {
      expect(broken({ "programs/index.ts": text })).toEqual([
        'names only · programs/index.ts:1: a door holds names only (export { … } from "…")',
      ]);
    },
  );

  it("finds a file that is too long", () => {
    expect(broken({ "programs/predict.ts": `export const predict = 1;\n${"// line\n".repeat(300)}` })[0]).toMatch(
      /^length/,
    );
  });

  it("finds a file without its two lines", () => {
    expect(violations({ "cli/main.ts": "#!/usr/bin/env node\n// One line.\nexport {};\n" })).toHaveLength(1);
    expect(violations({ "cli/main.ts": `#!/usr/bin/env node\n${HEAD}export {};\n` })).toEqual([]);
  });

  it.each(["Date.now()", "new Date()", "Math.random()", "process.env", "console.log(1)", "setTimeout(f, 1)"])(
    "finds the world in a pure room: %s",
    (text) => {
      expect(broken({ "programs/predict.ts": `export const predict = () => ${text};\n` })[0]).toMatch(/^ambient/);
    },
  );

  it("leaves a pure room what it was given", () => {
    const text = "export const predict = (clock: { now(): number }) => [clock.now(), new Date(3)];\n";
    expect(broken({ "programs/predict.ts": text })).toEqual([]);
  });
});

describe("cycles", () => {
  it("finds each circle once, whichever side it is entered from", () => {
    const edges = new Map([
      ["z", ["b"]],
      ["b", ["a"]],
      ["a", ["c"]],
      ["c", ["b", "c"]],
    ]);
    expect(cycles(edges)).toEqual([
      ["a", "c", "b", "a"],
      ["c", "c"],
    ]);
  });
});
