import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { Interrupts } from "../../cli/interrupts.ts";
import { createManualClock } from "../../testing/index.ts";

function interrupts() {
  const happened: string[] = [];
  const clock = createManualClock();
  const made = new Interrupts({
    clock,
    say: (text) => happened.push(text.split(" ")[0] ?? ""),
    leave: () => happened.push("left"),
  });
  const state = () => [made.drain.aborted, made.cancel.aborted, ...happened];
  return { made, state, clock };
}

describe("Interrupts", () => {
  it("drains, then cancels, then leaves", () => {
    const { made, state } = interrupts();
    expect(state()).toEqual([false, false]);
    made.press();
    expect(state()).toEqual([true, false, "Finishing"]);
    made.press();
    expect(state()).toEqual([true, true, "Finishing", "Cancelling"]);
    made.press();
    expect(state()).toEqual([true, true, "Finishing", "Cancelling", "left"]);
  });

  it("cancels at once when terminated, and leaves when anything comes after", () => {
    const { made, state } = interrupts();
    made.terminate();
    expect(state()).toEqual([true, true, "Cancelling"]);
    made.press();
    expect(state().at(-1)).toBe("left");
  });

  it("listens to a process until it is told not to", () => {
    const { made, state } = interrupts();
    const source = new EventEmitter();
    const ignore = made.listen(source);
    source.emit("SIGHUP");
    expect(state()).toEqual([true, true, "Cancelling"]);
    ignore();
    expect(source.eventNames()).toEqual([]);
  });

  it("leaves where what was cancelled has not ended ten seconds after SIGTERM, and not where it has", async () => {
    const [slow, quick] = [interrupts(), interrupts()];
    for (const { made, clock } of [slow, quick]) {
      const source = new EventEmitter();
      const ignore = made.listen(source);
      source.emit("SIGTERM");
      if (made === quick.made) ignore();
      await clock.advance(9999);
      expect(made.cancel.aborted).toBe(true);
      await clock.advance(1);
    }
    expect(slow.state().slice(2)).toEqual(["Cancelling", "Leaving;", "left"]);
    expect(quick.state().slice(2)).toEqual(["Cancelling"]);
  });

  it("leaves at a second SIGTERM", () => {
    const { made, state } = interrupts();
    const source = new EventEmitter();
    made.listen(source);
    source.emit("SIGTERM");
    source.emit("SIGTERM");
    expect(state().at(-1)).toBe("left");
  });
});
