import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { Interrupts } from "../../cli/interrupts.ts";

function interrupts() {
  const happened: string[] = [];
  const made = new Interrupts({
    say: (text) => happened.push(text.split(" ")[0] ?? ""),
    leave: () => happened.push("left"),
  });
  const state = () => [made.drain.aborted, made.cancel.aborted, ...happened];
  return { made, state };
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
});
