import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { root, sources } from "../architecture/tree.ts";
import { thrownCodes } from "./error-codes.ts";
import { declaredEvents } from "./event-types.ts";

const SHIPPED = /^(runtime|lm|programs|evaluate|optimizers|stores|bridge|actors|testing|cli)\//;
const shipped = Object.fromEntries(Object.entries(sources()).filter(([path]) => SHIPPED.test(path)));

/** What a pattern's first group finds in the pages of docs/reference/<kind>/, with the page each time. */
function onPages(
  kind: "errors" | "events",
  pattern: RegExp,
): readonly { readonly name: string; readonly page: string }[] {
  const folder = join(root, "docs", "reference", kind);
  const pages = existsSync(folder) ? readdirSync(folder).filter((page) => page.endsWith(".md")) : [];
  return pages.flatMap((page) =>
    [...readFileSync(join(folder, page), "utf8").matchAll(pattern)].map(([, name = ""]) => ({ name, page })),
  );
}

/** The codes of the Python worker, each with a file that raises it. */
function pythonCodes(): ReadonlyMap<string, string> {
  const folder = join(root, "python", "src");
  const files = readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith(".py"));
  return new Map(
    files.flatMap((name) =>
      [...readFileSync(join(folder, String(name)), "utf8").matchAll(/"(BRIDGE_[A-Z_]+)"/g)].map(
        ([, code = ""]) => [code, `python/src/${name}`] as const,
      ),
    ),
  );
}

function twice(names: readonly string[]): readonly string[] {
  return names.filter((name, at) => names.indexOf(name) !== at);
}

describe("docs/reference/errors", () => {
  const thrown = new Map([...thrownCodes(shipped), ...pythonCodes()]);
  const explained = onPages("errors", /^## `?([A-Z][A-Z0-9_]+)`?\s*$/gm);
  const names = explained.map(({ name }) => name);

  it("explains every code that the source throws", () => {
    const missing = [...thrown].filter(([code]) => !names.includes(code));
    expect(missing.map(([code, path]) => `${code} (${path})`)).toEqual([]);
  });

  it("explains no code that the source does not throw", () => {
    expect(explained.filter(({ name }) => !thrown.has(name)).map(({ name, page }) => `${name} (${page})`)).toEqual([]);
  });

  it("explains each code once", () => expect(twice(names)).toEqual([]));
});

describe("docs/reference/events", () => {
  const declared = new Map(
    Object.entries(shipped)
      .filter(([path]) => basename(path) === "events.ts")
      .flatMap(([path, source]) => declaredEvents(path, source).map((type) => [type, path] as const)),
  );
  const listed = onPages("events", /^\|\s*`([a-z][a-z0-9.-]+)`\s*\|/gm);
  const names = listed.map(({ name }) => name);

  it("lists every event that the source declares", () => {
    expect([...declared].filter(([type]) => !names.includes(type)).map(([type, path]) => `${type} (${path})`)).toEqual(
      [],
    );
  });

  it("lists no event that the source does not declare", () => {
    expect(listed.filter(({ name }) => !declared.has(name)).map(({ name, page }) => `${name} (${page})`)).toEqual([]);
  });

  it("lists each event once", () => expect(twice(names)).toEqual([]));
});

describe("thrownCodes", () => {
  const codes = (source: string) => [...thrownCodes({ "a.ts": source }).keys()].sort();

  it("finds a code where the error is made", () => {
    expect(codes('throw new BaseError("STORE_LOCKED", "locked");')).toEqual(["STORE_LOCKED"]);
  });

  it("finds both codes of a choice", () => {
    expect(codes('throw new BaseError(late ? "CALL_TIMEOUT" : "CALL_ABORTED", "");')).toEqual([
      "CALL_ABORTED",
      "CALL_TIMEOUT",
    ]);
  });

  it.each([
    "function fail(message: string, code: string) { return new BaseError(code, message); }",
    "const fail = (message: string, code: string) => new BaseError(code, message);",
  ])("finds a code that a maker is given, not what stands beside it: %s", (maker) => {
    expect(thrownCodes({ "a.ts": maker, "b.ts": 'throw fail("NOT_THIS", "LM_FAILED");' })).toEqual(
      new Map([["LM_FAILED", "b.ts"]]),
    );
  });

  it("finds the codes of a table", () => {
    const source =
      'const codes = { 401: "LM_KEY_REFUSED" }; const key = "OPENAI_API_KEY"; throw new BaseError(codes[401], key);';
    expect(codes(source)).toEqual(["LM_KEY_REFUSED"]);
  });

  it("leaves other people's codes alone", () => {
    expect(codes('if (error.code === "LEVEL_LOCKED") throw new BaseError("STORE_LOCKED", "");')).toEqual([
      "STORE_LOCKED",
    ]);
  });
});

describe("declaredEvents", () => {
  it("finds each type of a union", () => {
    const source = 'type A = EventOf<"a.b.c", {}, {}> | EventOf<"a.b.d" | "a.b.e", {}, {}>; type B = Other<"x">;';
    expect(declaredEvents("events.ts", source)).toEqual(["a.b.c", "a.b.d", "a.b.e"]);
  });
});
