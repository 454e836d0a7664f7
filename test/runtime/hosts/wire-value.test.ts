import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HandledMessage } from "../../../runtime/exit-reason.ts";
import type { Crossing } from "../../../runtime/hosts/wire-table.ts";
import { Packer, unpack } from "../../../runtime/hosts/wire-value.ts";
import { BaseError, Failure, isBaseError, Timeout, transfer } from "../../../runtime/index.ts";

const nobody: Crossing = { sharesMemory: true, toWire: () => undefined, fromWire: () => undefined };

function crossed(value: unknown, crossing: Crossing = nobody, isAtOnce = false): unknown {
  const moved = new Set<object>();
  const packer = new Packer(crossing, moved);
  packer.pack(value, "the payload", isAtOnce);
  const { kind, content } = packer;
  const there: unknown = structuredClone(content, { transfer: [...moved] as ArrayBuffer[] });
  return unpack(kind, there, crossing);
}

function refusal(value: unknown, crossing: Crossing = nobody): { readonly path: unknown; readonly message: string } {
  try {
    crossed(value, crossing);
  } catch (error) {
    if (isBaseError(error, "MESSAGE_UNCLONEABLE")) return { path: error.details["path"], message: error.message };
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("Packer", () => {
  it("brings everything across that the platform copies, as it was", () => {
    const data = fc.anything({ withMap: true, withSet: true, withDate: true, withTypedArray: true, withBigInt: true });
    fc.assert(
      fc.property(data, (value) => {
        expect(crossed(value)).toEqual(structuredClone(value));
      }),
    );
  });

  it("brings the same across whether it is posted at once or later", () => {
    const data = fc.anything({ withMap: true, withSet: true, withDate: true, withTypedArray: true, withBigInt: true });
    fc.assert(
      fc.property(data, (value) => {
        expect(crossed(value, nobody, true)).toEqual(crossed(value));
      }),
    );
    const match = /b/.exec("abc");
    expect(Object.keys(crossed(match, nobody, true) as object)).toEqual(["0"]);
    expect(() => crossed({ at: () => 1 }, nobody, true)).toThrow("the payload.at");
    expect(() => crossed({ map: new (class Own {})() }, nobody, true)).toThrow("the payload.map");
  });

  it("clones what is small and posted at once, and nothing else", () => {
    const packer = new Packer(nobody, new Set());
    const small = { id: 1, tags: ["a", "b"], inner: { done: false } };
    const isCloned = (value: unknown, isAtOnce: boolean) => {
      packer.pack(value, "the payload", isAtOnce);
      return packer.content === value;
    };
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    expect(isCloned(small, true)).toBe(true);
    expect(isCloned(small, false)).toBe(false);
    expect(isCloned({ many: new Array(17).fill(0) }, true)).toBe(false);
    expect(isCloned(Object.fromEntries(Array.from({ length: 70 }, (_, at) => [`at${at}`, at])), true)).toBe(false);
    expect(isCloned(circle, true)).toBe(false);
  });

  it("keeps circles and shared parts", () => {
    const part = { n: 1 };
    const whole: Record<string, unknown> = { one: part, two: part };
    whole["self"] = whole;
    const there = crossed(whole) as typeof whole;
    expect(there["self"]).toBe(there);
    expect(there["one"]).toBe(there["two"]);
  });

  it("takes the message as it is when it is sent", () => {
    const packer = new Packer(nobody, new Set());
    const lists = [{ plain: [1] }, { bytes: new Uint8Array([1]), plain: [1] }];
    const packed = lists.map((value) => {
      packer.pack(value, "the payload");
      value.plain.push(2);
      if ("bytes" in value) value.bytes?.fill(9);
      return unpack(packer.kind, packer.content, nobody);
    });
    expect(packed).toEqual([{ plain: [1] }, { bytes: new Uint8Array([1]), plain: [1] }]);
  });

  it("keeps what JSON would lose", () => {
    const value = { gone: undefined, not: Number.NaN, zero: -0, when: new Date(5), __proto: new Map([["a", 1n]]) };
    expect(crossed(value)).toEqual(value);
    const own: unknown = JSON.parse('{"__proto__": {"polluted": true}, "n": null}');
    expect(crossed({ own, date: new Date(0) })).toEqual({ own, date: new Date(0) });
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("copies the part of a buffer that is seen, and no more", () => {
    const pool = Buffer.from("secretpart");
    const there = crossed({ view: pool.subarray(6) }) as { readonly view: Uint8Array };
    expect([Buffer.from(there.view).toString(), there.view.buffer.byteLength]).toEqual(["part", 4]);
    expect(pool.toString()).toBe("secretpart");
  });

  it("moves what is to be moved, and only that", () => {
    const kept = new Uint8Array([1, 2]);
    const given = new Uint8Array([3, 4]);
    expect(crossed({ kept, given: transfer(given) })).toEqual({ kept, given: new Uint8Array([3, 4]) });
    expect([kept.byteLength, given.byteLength]).toEqual([2, 0]);
    expect(refusal({ again: given }).message).toContain("given away before");
  });

  it("copies what is marked but cannot be moved: Node's pool of small Buffers", () => {
    const small = Buffer.from("abc");
    const there = crossed(transfer(small)) as Uint8Array;
    expect([Buffer.from(there).toString(), there.buffer.byteLength]).toEqual(["abc", 3]);
    expect(small.toString()).toBe("abc");
  });

  it("gives a port away once, and not at all where the rest of its message cannot cross", () => {
    const { port1, port2 } = new MessageChannel();
    expect(refusal({ port: transfer(port1 as never), run: () => 1 }).path).toBe("the payload.run");
    expect(crossed({ port: port1 })).toEqual({ port: expect.any(MessagePort) });
    expect(refusal({ port: port1 })).toMatchObject({
      path: "the payload.port",
      message: expect.stringContaining("once"),
    });
    port2.close();
  });

  it("brings errors, failures and the kernel's own messages across", () => {
    const error = new BaseError("SOME_CODE", "some words", {
      retryable: true,
      details: { n: 1 },
      cause: new TypeError("under"),
    });
    const there = crossed(new Failure(error, new HandledMessage("call", "add", { n: 2 }))) as Failure;
    expect(there).toBeInstanceOf(Failure);
    expect(there.thrown).toMatchObject({
      code: "SOME_CODE",
      retryable: true,
      details: { n: 1 },
      cause: { name: "TypeError" },
    });
    expect(there.message).toEqual(new HandledMessage("call", "add", { n: 2 }));
    expect(crossed(new Timeout(7))).toEqual(new Timeout(7));
  });

  it("tells of a failure even where what failed cannot cross", () => {
    const there = crossed(new Failure(() => 1, new HandledMessage("cast", "go", { run: () => 1 }))) as Failure;
    expect(there.message).toEqual(new HandledMessage("cast", "go", undefined));
    expect(typeof there.thrown).toBe("string");
  });

  it.each([
    ["a function", { rows: [{ parse: () => 1 }] }, "the payload.rows[0].parse"],
    ["a symbol", [Symbol("s")], "the payload[0]"],
    ["a promise", { later: Promise.resolve(1) }, "the payload.later"],
    ["an instance of a class", { user: new (class Person {})() }, "the payload.user"],
    ["a value of a map", new Map([["k", () => 1]]), "the payload.get(k)"],
    ["a member of a set", new Set([() => 1]), "a member of the payload"],
    ["a weak map", { cache: new WeakMap() }, "the payload.cache"],
    ["a port that is not given away", { port: new MessageChannel().port1 }, "the payload.port"],
  ])("refuses %s, and says where it stands", (_, value, path) => {
    expect(refusal(value).path).toBe(path);
  });

  it("refuses to share memory where there is none to share", () => {
    const alone = { ...nobody, sharesMemory: false };
    expect(refusal({ shared: new SharedArrayBuffer(4) }, alone).path).toBe("the payload.shared");
    expect(crossed({ shared: new SharedArrayBuffer(4) })).toEqual({ shared: new SharedArrayBuffer(4) });
  });
});

describe("transfer", () => {
  it("refuses what cannot be moved", () => {
    expect(() => transfer("text" as never)).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  });
});
