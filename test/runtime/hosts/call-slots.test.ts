import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CallSlots } from "../../../runtime/hosts/call-slots.ts";
import { INFO, MessageEntry } from "../../../runtime/message-entry.ts";
import { PendingCall } from "../../../runtime/pending-call.ts";

const owner = { name: "owner", deferred: undefined, reportDropped: () => undefined };
const newCall = () => new PendingCall(owner, new MessageEntry(INFO, "", undefined), undefined);

describe("CallSlots", () => {
  it("gives each call back under its own number once, on both sides, however they come and go", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9)), (steps) => {
        const [mine, theirs] = [new CallSlots(), new CallSlots()];
        const open = new Map<number, PendingCall>();
        const gone: number[] = [];
        for (const step of steps) {
          const [callId] = [...open.keys()].slice(step % Math.max(1, open.size));
          if (step < 6 || callId === undefined) {
            const call = newCall();
            const added = mine.add(call);
            expect(open.has(added) || gone.includes(added)).toBe(false);
            theirs.put(added, call);
            open.set(added, call);
          } else {
            expect([mine.take(callId), theirs.take(callId)]).toEqual([open.get(callId), open.get(callId)]);
            open.delete(callId);
            gone.push(callId);
          }
          for (const late of gone) expect([mine.take(late), theirs.take(late)]).toEqual([undefined, undefined]);
          expect([mine.size, theirs.size]).toEqual([open.size, open.size]);
        }
        expect(new Set(mine.takeAll())).toEqual(new Set(open.values()));
      }),
    );
  });
});
