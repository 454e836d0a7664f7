import { describe, expect, it } from "vitest";
import { shrink, smallerForms } from "../../../../cli/parity/against/shrink.ts";

const asks = (differs: (each: unknown) => boolean) => async (forms: readonly unknown[]) => forms.map(differs);

describe("shrink", () => {
  it("finds what a text needs to differ", async () => {
    const first = { kind: "value", case: { input: "some long text with a } in it, and more" } };
    const smallest = await shrink(
      first,
      asks((each) => String(Object(each).case.input).includes("}")),
    );
    expect(smallest).toEqual({ kind: "value", case: { input: "}" } });
  });

  it("leaves out demonstrations, inputs and fields that do not matter", async () => {
    const first = {
      case: {
        types: { Color: { kind: "enum" } },
        signature: {
          inputs: [
            { name: "a", type: "str", desc: "d" },
            { name: "b", type: "int" },
          ],
          outputs: [],
        },
        demos: [{ a: "1", b: 2 }, { a: "x" }],
        inputs: { a: "one", b: 2 },
      },
    };
    const hasB = (each: unknown): boolean =>
      Object(each).case.signature.inputs.some(({ name }: { name: string }) => name === "b");
    expect(await shrink(first, asks(hasB))).toEqual({
      case: {
        types: { Color: { kind: "enum" } },
        signature: { inputs: [{ name: "b", type: "int" }], outputs: [] },
        demos: [],
        inputs: {},
      },
    });
  });

  it("gives up after so many asks", async () => {
    let asked = 0;
    await shrink("x".repeat(1000), async (forms) => {
      asked += forms.length;
      return forms.map(() => false);
    });
    expect(asked).toBeLessThanOrEqual(400);
  });
});

describe("smallerForms", () => {
  it("keeps names, types and tags", () => {
    expect(smallerForms({ name: "abc", type: "list[int]", $: "float" })).toEqual([]);
  });
});
