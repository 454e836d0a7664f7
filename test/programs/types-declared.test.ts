import { describe, expect, it } from "vitest";
import {
  enumOf,
  hydratePython,
  model,
  python,
  pythonSignature,
  savedProgramText,
  signature,
} from "../../programs/index.ts";

const types = {
  Color: enumOf({ RED: "red", GREEN: "green" }),
  Tree: model(
    {
      name: { type: "str", desc: "what it is called" },
      branches: { type: "list[Tree]", default: [] },
      color: { type: "Optional[Color]", default: null },
      planted: "date",
    },
    { doc: "A tree." },
  ),
};

describe("a python program with types of one's own, in a file", () => {
  it("is made of the file alone, with the same types", () => {
    const module = python("dspy.Predict", signature("q, shade: Color -> trees: dict[str, list[Tree]]", { types }));
    const text = savedProgramText(module);
    const hydrated = hydratePython(text);
    expect(pythonSignature(hydrated.signature)).toEqual(pythonSignature(module.signature));
    expect(savedProgramText(hydrated)).toBe(text);
  });

  it("has no declarations where its signature names no such types", () => {
    const { dspex } = JSON.parse(savedProgramText(python("dspy.Predict", "q -> a: date")));
    expect(dspex.python.self).not.toHaveProperty("types");
  });

  it.each([["Tree"], [{ Tree: { declares: "tree" } }], [{ Tree: { declares: "model", fields: { name: 5 } } }]])(
    "is refused where the file declares %j",
    (declared) => {
      const file = JSON.parse(savedProgramText(python("dspy.Predict", signature("q -> tree: Tree", { types }))));
      file.dspex.python.self.types = declared;
      expect(() => hydratePython(JSON.stringify(file))).toThrow(expect.objectContaining({ code: "SIGNATURE_INVALID" }));
    },
  );
});
