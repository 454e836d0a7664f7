import { describe, expect, it } from "vitest";
import { enumOf, float, model, python, pythonSignature, signature, toRemote } from "../../programs/index.ts";
import { Float } from "../../programs/python/values.ts";
import { run, scripted } from "./scripted-program.ts";

const typeOf = (text: string) => signature(`x: ${text} -> y` as string).inputs[0]?.type;

describe("values for a module of another runtime", () => {
  it("are floats where their type says so, and otherwise what they are", () => {
    expect(toRemote(1, typeOf("float"))).toEqual(new Float(1));
    expect(toRemote(1, typeOf("int"))).toBe(1);
    expect(toRemote({ a: [1] }, typeOf("dict[str, list[float]]"))).toEqual({ a: [new Float(1)] });
    expect(toRemote(float(2))).toEqual(new Float(2));
    const bytes = new Uint8Array([255]);
    const day = new Date("2024-01-01T05:00:00Z");
    expect(toRemote(bytes, typeOf("bytes"))).toBe(bytes);
    expect(toRemote(day, typeOf("datetime"))).toBe(day);
    expect(toRemote(day, typeOf("date"))).toBe("2024-01-01");
    const never = [new Date(Number.NaN), new Date(8.64e15)];
    expect(toRemote(never, typeOf("list[date]"))).toEqual(never);
    expect(toRemote(new Set([1]), typeOf("set[float]"))).toEqual(new Set([new Float(1)]));
    expect(toRemote(new Map([["a", 1]]), typeOf("dict[str, float]"))).toEqual(new Map([["a", new Float(1)]]));
    expect(toRemote({ url: "https://example.org" }, typeOf("Image"))).toEqual({ url: "https://example.org" });
  });

  it("go on as they are where they lead back to themselves, for the codec to say", () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(() => toRemote(loop)).not.toThrow();
  });
});

describe("a signature for another runtime", () => {
  it("is its text where that says all", () => {
    expect(pythonSignature(signature("q, n: int -> a: list[str]"))).toEqual({
      signature: "q: str, n: int -> a: list[str]",
    });
    expect(pythonSignature(signature("q, n: int -> a"), "said")).toEqual({ signature: "q, n: int -> a" });
  });

  it("describes types that a text does not tell, each enum and model once", () => {
    const types = {
      Color: enumOf({ RED: "red" }),
      Tree: model({ name: "str", branches: "list[Tree]", color: "Color" }),
    };
    const { signature: text, types: told } = pythonSignature(
      signature("day: date -> tree: Tree, color: Color", { types }),
    );
    expect(text).toBe("day: T_day -> tree: T_tree, color: T_color");
    expect(told?.fields).toEqual({
      day: { kind: "date" },
      tree: { kind: "own", name: "Tree" },
      color: { kind: "own", name: "Color" },
    });
    expect(Object.keys(told?.own ?? {})).toEqual(["Tree", "Color"]);
    expect(JSON.parse(JSON.stringify(told?.own))).toEqual(told?.own);
  });
});

describe("what another runtime answers", () => {
  const answering = (answer: object) => ({ ...scripted(), remote: { isReady: () => true, run: async () => answer } });

  it.each([
    ["bytes", new TextEncoder().encode("ab"), "ab"],
    ["Code", { code: "x = 1" }, "x = 1"],
    ["Reasoning", { content: "so" }, "so"],
    ["datetime", "2024-01-01T00:00:00+00:00", "2024-01-01T00:00:00Z"],
    ["list[float]", [1, 2.5], [1, 2.5]],
  ])("is for %s what a native module answers", async (type, answered, expected) => {
    const module = python("Own", `a -> b: ${type}` as "a -> b");
    expect(await run(module, { a: "x" }, answering({ b: answered, more: 1 }))).toEqual({ b: expected, more: 1 });
  });

  it.each([
    ["int", 2n ** 60n, "ask for it as str"],
    ["int", "three", "int"],
    ["str", 3, "str"],
    ["bytes", new Uint8Array([255]), "utf-8"],
  ])("fails where it is no %s", async (type, answered, said) => {
    const module = python("Own", `a -> b: ${type}` as "a -> b");
    await expect(run(module, { a: "x" }, answering({ b: answered }))).rejects.toMatchObject({
      code: "PROGRAM_REMOTE_INVALID",
      message: expect.stringContaining(said),
      details: { path: "self", target: "Own", field: "b" },
    });
  });

  it("is handed on where no type was said, and under DSPy's own rules", async () => {
    expect(await run(python("Own", "a -> b"), { a: "x" }, answering({ b: 3 }))).toEqual({ b: 3 });
    const settings = { compat: "dspy-3.3.1" } as const;
    const module = python("Own", "a -> b: int");
    expect(await run(module, { a: "x" }, answering({ b: null }), { settings })).toEqual({ b: null });
  });
});
