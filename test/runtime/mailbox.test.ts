import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Mailbox } from "../../runtime/mailbox.ts";

type Step = { readonly what: "push" | "take" | "remove"; readonly value: number };
const steps = fc.array(
  fc.record<Step>({ what: fc.constantFrom("push", "push", "push", "take", "take", "remove"), value: fc.nat(5) }),
  {
    maxLength: 400,
  },
);

describe("Mailbox", () => {
  it("is a plain queue, whatever its ring goes through", () => {
    fc.assert(
      fc.property(steps, (plan) => {
        const mailbox = new Mailbox<string>();
        const model: { entry: string; payload: number }[] = [];
        let count = 0;
        for (const { what, value } of plan) {
          if (what === "push") {
            const payload = count++ * 10 + value;
            mailbox.push(`e${payload}`, payload);
            model.push({ entry: `e${payload}`, payload });
          } else if (what === "take") {
            const expected = model.shift();
            expect(mailbox.take()).toBe(expected?.entry);
            if (expected !== undefined) expect(mailbox.taken).toBe(expected.payload);
          } else {
            mailbox.remove((_entry, payload) => Number(payload) % 10 === value);
            for (let at = model.length - 1; at >= 0; at--)
              if ((model[at]?.payload ?? 0) % 10 === value) model.splice(at, 1);
          }
          expect(mailbox.size).toBe(model.length);
        }
        while (model.length > 0) expect(mailbox.take()).toBe(model.shift()?.entry);
        expect(mailbox.take()).toBeUndefined();
      }),
    );
  });

  it("keeps bursts apart that go through one and the same ring", () => {
    const [one, other] = [new Mailbox<string>(), new Mailbox<string>()];
    const fill = (mailbox: Mailbox<string>, name: string, count: number): void => {
      for (let at = 0; at < count; at++) mailbox.push(name, at);
    };
    const drain = (mailbox: Mailbox<string>, name: string, count: number): void => {
      for (let at = 0; at < count; at++) {
        expect(mailbox.take()).toBe(name);
        expect(mailbox.taken).toBe(at);
      }
      expect(mailbox.take()).toBeUndefined();
    };
    fill(one, "one", 1000);
    drain(one, "one", 1000);
    // The ring that `one` has given back is `other`'s now, while `one` grows another.
    fill(other, "other", 300);
    fill(one, "one", 5000);
    drain(other, "other", 300);
    fill(other, "other", 700);
    drain(one, "one", 5000);
    drain(other, "other", 700);
  });
});
