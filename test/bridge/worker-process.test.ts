import { describe, expect, it } from "vitest";
import { addressOf, readWorkerLine } from "../../bridge/worker-process.ts";
import { createManualClock } from "../../testing/index.ts";

const never = new Promise<never>(() => {});
const addressIn = (line: string) =>
  addressOf({
    worker: "w1",
    clock: createManualClock(),
    said: Promise.resolve(readWorkerLine(line)),
    exited: never,
    printed: ["printed"],
    drained: never,
  });

describe("a worker's first line", () => {
  it("says where it listens", async () => {
    expect(await addressIn('{"address": "unix:/w.sock"}')).toBe("unix:/w.sock");
  });

  it("or what keeps it from that", async () => {
    await expect(addressIn('{"printed": ["ImportError"]}')).rejects.toMatchObject({
      code: "BRIDGE_WORKER_START_FAILED",
      details: { printed: ["ImportError"] },
    });
  });

  it.each([
    "garbage",
    "null",
    "5",
    "[]",
    '{"address": 5}',
    '{"reason": "x"}',
    'garbage\n{"address": "unix:/w.sock"}',
    "",
  ])("fails its start where it is %j", async (line) => {
    await expect(addressIn(line)).rejects.toMatchObject({
      code: "BRIDGE_WORKER_START_FAILED",
      details: { reason: expect.stringContaining(JSON.stringify(line)), printed: ["printed"] },
    });
  });
});
