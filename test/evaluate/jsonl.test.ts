import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { jsonlDataset, parseJsonl, readJsonl } from "../../evaluate/index.ts";
import type { JsonObject } from "../../runtime/base/index.ts";

const folder = mkdtempSync(join(tmpdir(), "dspex-jsonl-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string | Uint8Array) => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const collect = async (source: AsyncIterable<JsonObject>) => {
  const objects: JsonObject[] = [];
  for await (const object of source) objects.push(object);
  return objects;
};
const parse = (text: string) => collect(parseJsonl([new TextEncoder().encode(text)], "x.jsonl"));

describe("parseJsonl", () => {
  it("reads an object per line and skips blank lines, a byte order mark and carriage returns", async () => {
    expect(await parse('\uFEFF{"a":1}\r\n\n  \t\n{"a":2}\n{"a":3}')).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
    expect(await parse("")).toEqual([]);
  });

  it("does not cut a line at U+2028 inside a text", async () => {
    expect(await parse('{"a":"x\u2028y"}\n')).toEqual([{ a: "x\u2028y" }]);
  });

  it("reads the same whatever the size of the chunks", async () => {
    const objects = fc.array(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.constant("ä€😀"))), {
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(objects, fc.integer({ min: 1, max: 9 }), async (list, size) => {
        const bytes = new TextEncoder().encode(list.map((object) => JSON.stringify(object)).join("\n"));
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
          bytes.subarray(i * size, (i + 1) * size),
        );
        expect(JSON.stringify(await collect(parseJsonl(chunks, "x")))).toBe(JSON.stringify(list));
      }),
    );
  });

  it.each([
    ['{"a":1}\n\n{"a": oops}\n', 3, 7, /"oops\}"/],
    ['{"a":1\n', 1, 7, /the end of the line/],
    ["[1,2]\n", 1, 1, /an array/],
    ["  7\n", 1, 3, /7/],
    ["null\n", 1, 1, /null/],
  ])("names line and column of %j", async (text, line, column, words) => {
    const failure = parse(text);
    await expect(failure).rejects.toThrow(words);
    await expect(failure).rejects.toMatchObject({
      code: "EVALUATION_LINE_MALFORMED",
      details: { file: "x.jsonl", line, column },
    });
  });

  it("names the line whose bytes are no text", async () => {
    const bytes = Uint8Array.from([...new TextEncoder().encode('{"a":1}\n{"a":"'), 0xff, 0x22, 0x7d]);
    await expect(collect(parseJsonl([bytes], "x.jsonl"))).rejects.toMatchObject({
      code: "EVALUATION_LINE_MALFORMED",
      details: { line: 2 },
    });
  });

  it("gives the lines before a malformed one", async () => {
    const seen: JsonObject[] = [];
    const reading = (async () => {
      for await (const object of parseJsonl([Buffer.from('{"a":1}\nx\n')], "x")) seen.push(object);
    })();
    await expect(reading).rejects.toThrow();
    expect(seen).toEqual([{ a: 1 }]);
  });
});

describe("readJsonl", () => {
  it("stops reading when the loop is left", async () => {
    const path = file("long.jsonl", '{"a":1}\n'.repeat(100_000));
    for await (const object of readJsonl(path)) {
      expect(object).toEqual({ a: 1 });
      break;
    }
    // A file that is still open could not be removed on every system; here it shows that nothing was left behind.
    rmSync(path);
  });

  it("says which file cannot be read", async () => {
    await expect(collect(readJsonl(join(folder, "none.jsonl")))).rejects.toMatchObject({
      code: "EVALUATION_SOURCE_UNREADABLE",
    });
  });
});

describe("jsonlDataset", () => {
  it("names the data set after the file", async () => {
    const path = file("tickets.jsonl", '{"text":"hi","label":"greeting"}\n');
    const { name, examples } = await jsonlDataset(path, { inputs: ["text"] });
    expect(name).toBe("tickets");
    expect(examples[0]?.labels()).toEqual({ label: "greeting" });
  });

  it("refuses an empty file", async () => {
    await expect(jsonlDataset(file("empty.jsonl", "\n\n"))).rejects.toMatchObject({ code: "EVALUATION_DATASET_EMPTY" });
  });
});
