// What the house's rules say: rooms, layers, doors, and where foreign packages may be imported.
// Knows nothing of files on a disk; the page with the reasons is docs/architecture.md.

/** Rooms that are entered through `index.ts`, and the rooms each may import. Order: lower layers first. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  "runtime/base": [],
  runtime: ["runtime/base"],
  lm: ["runtime/base"],
  programs: ["runtime/base"],
  stores: ["runtime/base"],
  bridge: ["runtime/base"],
  evaluate: ["runtime/base", "programs"],
  optimizers: ["runtime/base", "programs", "evaluate"],
  actors: ["runtime/base", "runtime", "lm", "programs", "stores", "bridge", "evaluate", "optimizers"],
  testing: ["runtime/base", "runtime", "lm", "programs", "stores", "evaluate", "optimizers", "actors"],
  "": ["runtime/base", "runtime", "lm", "programs", "stores", "bridge", "evaluate", "optimizers", "actors"],
};

/** The doors that users of the package have: what `exports` in package.json names. */
export const ENTRIES: readonly string[] = [
  "index.ts",
  "runtime/index.ts",
  "optimizers/index.ts",
  "stores/index.ts",
  "testing/index.ts",
];

/** What stands above the rooms, and what of the rooms it may import. */
export const ABOVE: Readonly<Record<string, "entries" | "doors" | "all">> = {
  cli: "entries",
  // The replay of DSPy's cases looks at prompts and parses, which users have no door to.
  "cli/parity": "doors",
  examples: "entries",
  bench: "doors",
  test: "all",
  scripts: "entries",
};

/** What a folder above may import besides: benches and tests take their servers and data from the same makers, and a proof is run live and replayed. */
export const BESIDES: Readonly<Record<string, readonly string[]>> = {
  bench: ["test/support/"],
  scripts: ["test/conformance/", "test/fuzz/"],
};

/**
 * Where a foreign package may be imported. A pattern ending in `/` is a folder; any other is a file, `*` standing for
 * part of a name. A package without a line here has no wall yet: give it one.
 */
export const WALLS: Readonly<Record<string, readonly string[]>> = {
  undici: ["lm/"],
  level: ["stores/"],
  "classic-level": ["stores/"],
  "abstract-level": ["stores/"],
  opossum: ["lm/", "actors/lm-pool*"],
  keyv: ["lm/", "stores/"],
  xstate: ["runtime/", "programs/modules/react*"],
  eventemitter3: ["runtime/"],
  nanoid: ["runtime/base/"],
  jsonrepair: ["programs/"],
  "@grpc/grpc-js": ["bridge/grpc-stream*"],
  protobufjs: ["bridge/wire*"],
};

/** Folders that may import any installed package: nothing of them is published. */
export const UNPUBLISHED: readonly string[] = ["bench", "examples", "scripts", "test"];

/** Rooms that take clock, chance, environment and console from their callers: resume and replay depend on it. */
export const PURE: readonly string[] = ["programs/", "evaluate/", "optimizers/"];

/** Files of the pure rooms that read the world for a caller who asked for it. */
export const IMPURE: readonly string[] = ["evaluate/sources/"];

/** Beyond this a file holds more than one idea. */
export const MAX_LINES = 300;

/** Longer files, each with its reason. */
export const LONGER: Readonly<Record<string, string>> = {
  "programs/signature-types.ts": "one inference, whose steps are read together",
  "index.ts": "one door, a line per name",
};

/** The room or the folder above that a file belongs to: the longest name that it stands under. */
export function placeOf(path: string): string {
  const names = [...Object.keys(ROOMS), ...Object.keys(ABOVE)].filter((name) => name !== "");
  const found = names.filter((name) => path.startsWith(`${name}/`) || path === `${name}.ts`);
  return found.sort((a, b) => b.length - a.length)[0] ?? "";
}

/** Whether a path matches one of the patterns of WALLS. */
export function matches(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    if (pattern.endsWith("/")) return path.startsWith(pattern);
    const [before = "", after = ""] = pattern.split("*");
    return path.startsWith(before) && path.endsWith(after);
  });
}

/** The door of a room. */
export function doorOf(room: string): string {
  return room === "" ? "index.ts" : `${room}/index.ts`;
}
