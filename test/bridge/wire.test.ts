import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { loadWire, type Wire } from "../../bridge/index.ts";
import type { HostFrame, WorkerFrame } from "../../bridge/messages.ts";
import { root } from "../architecture/tree.ts";

interface Golden {
  readonly title: string;
  readonly direction: "host" | "worker";
  /** Bytes are base64 here. */
  readonly frames: readonly Readonly<Record<string, unknown>>[];
  readonly hex: string;
}

const golden: readonly Golden[] = JSON.parse(readFileSync(join(root, "proto/golden/messages.json"), "utf8"));

describe("loadWire", () => {
  let wire: Wire;
  beforeAll(async () => {
    wire = await loadWire();
  });

  const encode = ({ direction, frames }: Golden): Buffer => {
    const batch = { frames: frames.map((frame) => withBytes(frame)) as (HostFrame & WorkerFrame)[] };
    return direction === "host" ? wire.encodeHostBatch(batch) : wire.encodeWorkerBatch(batch);
  };
  const decode = ({ direction }: Golden, bytes: Uint8Array): unknown =>
    JSON.parse(JSON.stringify(direction === "host" ? wire.decodeHostBatch(bytes) : wire.decodeWorkerBatch(bytes)));

  it.each(golden.map((each) => [each.title, each] as const))("writes and reads %s as it is agreed", (_title, each) => {
    expect(encode(each).toString("hex")).toBe(each.hex);
    expect(decode(each, Buffer.from(each.hex, "hex"))).toEqual({ frames: each.frames });
  });

  it.each(golden.map((each) => [each.title, each] as const))(
    "reads or refuses %s cut off at any byte",
    (_title, each) => {
      const whole = Buffer.from(each.hex, "hex");
      for (let length = 0; length < whole.length; length++) {
        try {
          const { frames } = decode(each, whole.subarray(0, length)) as { readonly frames?: readonly unknown[] };
          // A batch cut between two frames is a batch of fewer frames.
          expect(each.frames.slice(0, frames?.length ?? 0)).toEqual(frames ?? []);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }
    },
  );

  it("has a golden message for every frame of the protocol", () => {
    const kinds = new Set(golden.flatMap(({ frames }) => frames.flatMap((frame) => Object.keys(frame))));
    const proto = readFileSync(join(root, "proto/dspex.proto"), "utf8");
    const bodies = [...proto.matchAll(/oneof body \{([^}]*)\}/g)].flatMap(([, body = ""]) =>
      [...body.matchAll(/(\w+) = \d+;/g)].map(([, name = ""]) => name),
    );
    expect(bodies.filter((name) => !kinds.has(name))).toEqual([]);
    expect(bodies.length).toBeGreaterThan(15);
  });
});

/** Golden bytes are base64 in JSON. */
function withBytes(value: unknown, name = ""): unknown {
  if (typeof value === "string" && name === "data") return Buffer.from(value, "base64");
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withBytes(item));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withBytes(item, key)]));
}
