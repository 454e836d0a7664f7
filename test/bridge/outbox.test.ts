import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Outbox } from "../../bridge/outbox.ts";

interface Frame {
  readonly lane: "control" | "data" | "chunk";
  readonly number: number;
  readonly sizeBytes: number;
}

function outboxOf(batchBytes: number) {
  const batches: (readonly Frame[])[] = [];
  const flushes: (() => void)[] = [];
  let isHeld = false;
  const outbox = new Outbox<Frame>({
    batchBytes,
    send: (frames) => {
      batches.push(frames);
      return !isHeld;
    },
    schedule: (flush) => flushes.push(flush),
  });
  return {
    outbox,
    batches,
    flushes,
    push: (frame: Frame) => outbox.push(frame, frame.lane, frame.sizeBytes),
    turn: () => {
      for (const flush of flushes.splice(0)) flush();
    },
    hold: (held: boolean) => {
      isHeld = held;
    },
  };
}

const frames = fc.array(fc.record({ lane: fc.constantFrom("control", "data", "chunk"), sizeBytes: fc.nat(300) }), {
  maxLength: 40,
});

describe("Outbox", () => {
  it("sends each frame once, those of a lane in order, in batches that keep to their bound", () => {
    fc.assert(
      fc.property(frames, fc.integer({ min: 64, max: 1000 }), (given, batchBytes) => {
        const { push, turn, batches, outbox } = outboxOf(batchBytes);
        const numbered = given.map((frame, number) => ({ ...frame, number }) as Frame);
        for (const frame of numbered) push(frame);
        turn();
        const sent = batches.flat();
        for (const lane of ["control", "data", "chunk"]) {
          expect(sent.filter((frame) => frame.lane === lane)).toEqual(numbered.filter((frame) => frame.lane === lane));
        }
        for (const batch of batches) {
          const sizeBytes = batch.reduce((sum, frame) => sum + frame.sizeBytes + 32, 0);
          expect(batch.length === 1 || sizeBytes <= batchBytes).toBe(true);
        }
        expect(outbox.heldBytes).toBe(0);
      }),
    );
  });

  it("schedules one flush for all frames of a turn", () => {
    const { push, flushes } = outboxOf(1000);
    for (let number = 0; number < 5; number++) push({ lane: "data", number, sizeBytes: 1 });
    expect(flushes).toHaveLength(1);
  });

  it("sends control first, and a chunk with every batch of data", () => {
    const { push, turn, batches } = outboxOf(400);
    for (let number = 0; number < 4; number++) push({ lane: "data", number, sizeBytes: 150 });
    push({ lane: "chunk", number: 9, sizeBytes: 150 });
    push({ lane: "control", number: 7, sizeBytes: 0 });
    turn();
    expect(batches[0]?.map(({ lane }) => lane)).toEqual(["control", "data", "chunk"]);
  });

  it("waits while the stream takes no more, then goes on where it was", () => {
    const { push, turn, batches, hold, outbox } = outboxOf(100);
    hold(true);
    push({ lane: "data", number: 1, sizeBytes: 60 });
    push({ lane: "data", number: 2, sizeBytes: 60 });
    turn();
    expect(batches).toHaveLength(1);
    hold(false);
    outbox.drained();
    expect(batches.flat().map(({ number }) => number)).toEqual([1, 2]);
  });

  it("drops everything once it is closed", () => {
    const { push, turn, batches, outbox } = outboxOf(100);
    push({ lane: "data", number: 1, sizeBytes: 1 });
    outbox.close();
    push({ lane: "data", number: 2, sizeBytes: 1 });
    turn();
    expect(batches).toEqual([]);
  });
});
