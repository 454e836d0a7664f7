// Holds a tree of source files against the rules of the house; answers every violation, in words.
// Reads no disk: the tree is given, so that a wrong one can be made up.
import { builtinModules } from "node:module";
import { posix } from "node:path";
import { cycles } from "./cycles.ts";
import {
  ABOVE,
  BESIDES,
  doorOf,
  ENTRIES,
  IMPURE,
  LONGER,
  MAX_LINES,
  matches,
  PURE,
  placeOf,
  ROOMS,
  UNPUBLISHED,
  WALLS,
} from "./house.ts";
import { isNode, lineOf, readSource, type SourceFile, type SyntaxNode, walk } from "./source-file.ts";

/** What is wrong, where, and what would be right. */
export interface Violation {
  readonly rule: "layers" | "doors" | "cycles" | "walls" | "names only" | "length" | "header" | "no door" | "ambient";
  readonly message: string;
}

/** Everything in which this tree (path from the root → source) breaks the rules. */
export function violations(tree: Readonly<Record<string, string>>): readonly Violation[] {
  const files = Object.entries(tree).map(([path, source]) => readSource(path, source));
  const paths = new Set(files.map((file) => file.path));
  return [
    ...files.flatMap((file) =>
      file.imports.flatMap(({ specifier, line }) => brokenImport(file, specifier, line, paths)),
    ),
    ...cycles(edges(files)).map(
      (cycle): Violation => ({ rule: "cycles", message: `${cycle.join(" → ")}: these import each other in a circle` }),
    ),
    ...files.flatMap(brokenFile),
    ...missingDoors(paths),
  ];
}

function brokenImport(
  file: SourceFile,
  specifier: string,
  line: number,
  paths: ReadonlySet<string>,
): readonly Violation[] {
  const at = `${file.path}:${line}`;
  if (!specifier.startsWith(".")) return brokenForeignImport(file.path, specifier, at);
  const target = resolve(file.path, specifier);
  const from = placeOf(file.path);
  const to = placeOf(target);
  const above = ABOVE[from];
  const door = doorOf(to);
  if (above === "all" || (from === to && from !== "")) return [];
  if (!paths.has(target))
    return target.endsWith(".ts") ? [{ rule: "doors", message: `${at}: ${target} does not exist` }] : [];
  if (above !== undefined) {
    if (top(from) === top(to) || matches(target, BESIDES[from] ?? [])) return [];
    const allowed = above === "entries" ? ENTRIES : Object.keys(ROOMS).map(doorOf);
    if (allowed.includes(target)) return [];
    return [
      { rule: "doors", message: `${at}: ${from} may import only ${above} (${allowed.join(", ")}), not ${target}` },
    ];
  }
  if (from === to) return [];
  const lower = ROOMS[from] ?? [];
  if (!lower.includes(to)) {
    const allowed = lower.length === 0 ? "nothing of the house" : `only ${lower.join(", ")}`;
    return [{ rule: "layers", message: `${at}: ${name(from)} may import ${allowed}, not ${name(to)} (${target})` }];
  }
  if (target === door) return [];
  return [{ rule: "doors", message: `${at}: imports ${target}; other rooms come in through ${door}` }];
}

function brokenForeignImport(path: string, specifier: string, at: string): readonly Violation[] {
  if (specifier.startsWith("node:")) return [];
  if (builtinModules.includes(specifier)) {
    return [{ rule: "walls", message: `${at}: expected "node:${specifier}", got "${specifier}"` }];
  }
  if (UNPUBLISHED.includes(path.split("/")[0] ?? "") || !path.includes("/")) return [];
  const packageName = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
  const allowed = WALLS[packageName];
  if (allowed === undefined) {
    return [{ rule: "walls", message: `${at}: ${packageName} has no wall; name the folder it belongs to in WALLS` }];
  }
  if (matches(path, allowed)) return [];
  return [{ rule: "walls", message: `${at}: ${packageName} stays inside ${allowed.join(", ")}` }];
}

function brokenFile(file: SourceFile): readonly Violation[] {
  const found: Violation[] = [];
  const isTest = file.path.endsWith(".test.ts");
  const isDoor = posix.basename(file.path) === "index.ts" && ABOVE[placeOf(file.path)] === undefined;
  if (isDoor) found.push(...code(file));
  const lines = file.source.trimEnd().split("\n");
  if (lines.length > MAX_LINES && LONGER[file.path] === undefined) {
    found.push({ rule: "length", message: `${file.path}: ${lines.length} lines; expected at most ${MAX_LINES}` });
  }
  const [first = "", second = ""] = lines[0]?.startsWith("#!") ? lines.slice(1) : lines;
  if (!isDoor && !isTest && !(first.startsWith("// ") && second.startsWith("// "))) {
    const expected = "expected two comment lines at the top: what it is for, what it must not know";
    found.push({ rule: "header", message: `${file.path}: ${expected}` });
  }
  if (matches(file.path, PURE) && !matches(file.path, IMPURE)) found.push(...ambient(file));
  return found;
}

/** A door says names: `export { a } from`, `export type { B } from`. Not `export *`: nobody can read what that names. */
function code(file: SourceFile): readonly Violation[] {
  return file.statements
    .filter((node) => !(node.type === "ExportNamedDeclaration" && node.declaration === null && node.source !== null))
    .map((node) => ({
      rule: "names only",
      message: `${file.path}:${lineOf(file.source, node.start)}: a door holds names only (export { … } from "…")`,
    }));
}

const AMBIENT_NAMES = new Set(["process", "console", "performance", "setTimeout", "setInterval", "setImmediate"]);
const AMBIENT_CALLS = new Set(["Date.now", "Math.random"]);

/** Uses of the world around: the process, the clock, chance. A name that the file itself declares is its own. */
function ambient(file: SourceFile): readonly Violation[] {
  const own = new Set<unknown>();
  const found: Violation[] = [];
  const say = (node: SyntaxNode, what: string) => {
    const message = `${file.path}:${lineOf(file.source, node.start)}: ${what} is the world's; a pure room is given what it needs`;
    found.push({ rule: "ambient", message });
  };
  walk(file.statements, (node) => {
    if (node.type === "ImportSpecifier" && isNode(node["local"])) own.add(node["local"]["name"]);
  });
  walk(file.statements, (node) => {
    if (node.type === "NewExpression" && called(node) === "Date" && isEmpty(node["arguments"])) say(node, "new Date()");
    if (node.type === "CallExpression") {
      const callee = called(node);
      if (AMBIENT_CALLS.has(callee) || (AMBIENT_NAMES.has(callee) && !own.has(callee))) say(node, callee);
    }
    if (node.type === "MemberExpression" && isNode(node["object"])) {
      const object = node["object"]["name"];
      if (typeof object === "string" && AMBIENT_NAMES.has(object) && !own.has(object)) say(node, object);
    }
  });
  return found;
}

function called(node: SyntaxNode): string {
  const callee = node["callee"];
  if (!isNode(callee)) return "";
  if (callee.type === "Identifier") return String(callee["name"]);
  const { object, property } = callee;
  return isNode(object) && isNode(property) ? `${String(object["name"])}.${String(property["name"])}` : "";
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

function missingDoors(paths: ReadonlySet<string>): readonly Violation[] {
  return Object.keys(ROOMS)
    .filter(
      (room) => [...paths].some((path) => placeOf(path) === room && path.includes("/")) && !paths.has(doorOf(room)),
    )
    .map((room) => ({ rule: "no door", message: `${room}/ has no door: expected ${doorOf(room)}` }));
}

function edges(files: readonly SourceFile[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    files.map(({ path, imports }) => [
      path,
      imports.filter(({ specifier }) => specifier.startsWith(".")).map(({ specifier }) => resolve(path, specifier)),
    ]),
  );
}

function resolve(from: string, specifier: string): string {
  return posix.normalize(posix.join(posix.dirname(from), specifier));
}

function top(place: string): string {
  return place.split("/")[0] ?? "";
}

function name(room: string): string {
  return room === "" ? "the root" : room;
}
