import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Cell } from "../../runtime/cell.ts";
import { defineActor } from "../../runtime/define-actor.ts";
import { INFO, MessageEntry, toRunBehaviour } from "../../runtime/message-entry.ts";

const behaviour = toRunBehaviour(defineActor({ init: (_: void) => 0 }));
// What a mailbox needs of its kernel, and nothing else.
const kernel = { nextActorId: 1, scheduler: { schedule: () => undefined } } as never;
const info = new MessageEntry(INFO, "", undefined);

const steps = fc.array(
  fc.record({
    what: fc.constantFrom("push", "push", "push", "first", "take", "take", "remove"),
    value: fc.nat(5),
  }),
  { maxLength: 300 },
);

describe("Cell", () => {
  it("keeps its messages in order, however few or many wait", () => {
    fc.assert(
      fc.property(steps, (plan) => {
        const cell = new Cell(kernel, behaviour, undefined, undefined, undefined);
        let model: number[] = [];
        for (const [at, { what, value }] of plan.entries()) {
          const message = at * 10 + value;
          switch (what) {
            case "push":
              cell.push(info, message);
              model.push(message);
              break;
            case "first":
              cell.pushFirst(info, message);
              model.unshift(message);
              break;
            case "take":
              expect(cell.take()).toBe(model.length > 0);
              if (model.length > 0) expect(cell.payload).toBe(model.shift());
              break;
            default:
              cell.removeWaiting((_entry, payload) => Number(payload) % 10 === value);
              model = model.filter((kept) => kept % 10 !== value);
          }
          expect(cell.waiting).toBe(model.length);
        }
        for (const message of model) {
          expect(cell.take()).toBe(true);
          expect(cell.payload).toBe(message);
        }
        expect(cell.take()).toBe(false);
      }),
    );
  });
});
