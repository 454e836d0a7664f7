import { describe, expect, it } from "vitest";
import { AbortWatch } from "../../lm/abort-watch.ts";

describe("AbortWatch", () => {
  it("tells all who wait under a signal once, in the order they came, and nobody who has left", () => {
    const watch = new AbortWatch();
    const controller = new AbortController();
    const told: string[] = [];
    watch.add(controller.signal, () => told.push("a"));
    const b = watch.add(controller.signal, () => told.push("b"));
    watch.add(controller.signal, () => told.push("c"));
    watch.add(new AbortController().signal, () => told.push("other"));
    watch.remove(b);
    controller.abort();
    expect(told).toEqual(["a", "c"]);
  });

  it("hears a signal that everybody had left in between", () => {
    const watch = new AbortWatch();
    const controller = new AbortController();
    const told: string[] = [];
    watch.remove(watch.add(controller.signal, () => told.push("gone")));
    watch.add(controller.signal, () => told.push("back"));
    controller.abort();
    expect(told).toEqual(["back"]);
  });
});
