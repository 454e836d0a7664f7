import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkPattern, topicFits } from "../../runtime/topic.ts";

const words = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 });

describe("topicFits", () => {
  it("agrees with the same pattern as a regular expression", () => {
    const patterns = fc.tuple(fc.array(fc.constantFrom("a", "b", "*"), { maxLength: 4 }), fc.boolean());
    fc.assert(
      fc.property(words, patterns, (topic, [parts, isOpen]) => {
        if (parts.length === 0 && !isOpen) return;
        const pattern = [...parts, ...(isOpen ? ["#"] : [])].join(".");
        expect(() => checkPattern(pattern)).not.toThrow();
        const head = parts.map((part) => (part === "*" ? "[^.]+" : part)).join("\\.");
        const expression = !isOpen ? `^${head}$` : parts.length === 0 ? "^.*$" : `^${head}(\\..*)?$`;
        expect(topicFits(topic.join("."), pattern)).toBe(new RegExp(expression).test(topic.join(".")));
      }),
    );
  });
});
