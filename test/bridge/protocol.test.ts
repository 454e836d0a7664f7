import { describe, expect, it } from "vitest";
import { protocolFor } from "../../bridge/protocol.ts";

const raw = {
  contentType: "application/octet-stream",
  encode: (value: unknown) => value as Uint8Array,
  decode: (bytes: Uint8Array) => bytes,
};

describe("protocolFor", () => {
  const read = (bytes: Uint8Array) => protocolFor(raw.contentType, [raw]).decode(bytes, "plain") as Uint8Array;

  it("gives a caller's protocol its bytes with a buffer of their own", () => {
    const shared = Buffer.from("secret, bytes, secret").subarray(8, 13);
    const bytes = read(shared);
    expect([bytes.constructor, bytes.byteOffset]).toEqual([Uint8Array, 0]);
    expect(Buffer.from(bytes.buffer).toString()).toBe("bytes");
    expect(Buffer.from(bytes.slice().buffer).toString()).toBe("bytes");
  });

  it("copies nothing where they have one", () => {
    const alone = Buffer.allocUnsafeSlow(1000);
    const bytes = read(alone);
    expect([bytes.constructor, bytes.buffer]).toEqual([Uint8Array, alone.buffer]);
  });

  it("names the nearest where there is none", () => {
    expect(() => protocolFor("application/octet-steam", [raw])).toThrow(
      expect.objectContaining({
        code: "BRIDGE_PROTOCOL_UNKNOWN",
        message: expect.stringContaining('Did you mean "application/octet-stream"?'),
      }),
    );
  });
});
