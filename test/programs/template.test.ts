import fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { Template, template } from "../../programs/index.ts";
import { type BaseError, isBaseError } from "../../runtime/base/index.ts";

/** A template whose text no compiler has seen. */
const free = (text: string): Template<object> => new Template(text);

const failure = (work: () => unknown): BaseError => {
  try {
    work();
  } catch (error) {
    if (isBaseError(error)) return error;
    throw error;
  }
  throw new Error("expected a failure");
};

describe("template", () => {
  it("puts values in their places", () => {
    expect(
      template("{{a}} and {{ b.c }}, {{list[1]}}{{list.0}}").render({ a: "x", b: { c: 1.5 }, list: [true, 7] }),
    ).toBe("x and 1.5, 7true");
  });

  it("escapes nothing", () => {
    expect(template("{{a}}").render({ a: "<b>&\"'{{c}}" })).toBe("<b>&\"'{{c}}");
  });

  it("takes one of two parts, and one of many", () => {
    const made = template("{{#if a}}A{{else if b}}B{{else if c}}C{{else}}-{{/if}}");
    const each = [
      { a: 1, b: 0, c: 0 },
      { a: null, b: "x", c: 0 },
      { a: [], b: "", c: ["x"] },
      { a: false, b: null, c: [] },
    ];
    expect(each.map((context) => made.render(context))).toEqual(["A", "B", "C", "-"]);
  });

  it("takes 0 for set", () => expect(template("{{#if n}}{{n}}{{/if}}").render({ n: 0 })).toBe("0"));

  it("goes through lists, with the index, and says something else of an empty one", () => {
    const made = template("{{#each rows as row, at}}{{at}}={{row.name}};{{else}}none{{/each}}");
    expect(made.render({ rows: [{ name: "a" }, { name: "b" }] })).toBe("0=a;1=b;");
    expect(made.render({ rows: [] })).toBe("none");
    expect(made.render({ rows: null })).toBe("none");
  });

  it("sees names around a loop, the inner ones first", () => {
    const made = template(
      "{{#each a as x}}{{#each x as y}}{{y}}{{z}}{{#each b as y}}{{y}}{{/each}} {{/each}}{{/each}}",
    );
    expect(made.render({ a: [["1"], ["2"]], z: "z", b: ["!"] })).toBe("1z! 2z! ");
  });

  it("takes the line of a tag that has one to itself, and no other white space", () => {
    expect(template("a\n  {{#if x}}\nb \n\t{{/if}} \r\n c {{! no }} \nd").render({ x: 1 })).toBe("a\nb \n c  \nd");
    expect(template("{{! first }}\na").render({})).toBe("a");
    expect(template("a\n{{! last }}").render({})).toBe("a\n");
  });

  it("puts something else where a value is missing or null", () => {
    const made = free("{{a ?? \"none\"}} {{b.c ?? d}} {{e ?? 'x' | json}}");
    expect(made.render({ b: {}, d: 2, e: null })).toBe('none 2 "x"');
  });

  it("shows data as JSON where it is asked to", () => {
    expect(template("{{a | json}}").render({ a: { b: [1, null, "x"] } })).toBe('{"b":[1,null,"x"]}');
  });

  it("writes braces as a text", () => expect(template('{{"{{"}}a}}').render({})).toBe("{{a}}"));

  it("names what it asks for", () => {
    expect(template("{{a.b}}{{#each c as d}}{{d}}{{e ?? f}}{{/each}}{{d}}").names).toEqual(["a", "c", "e", "f", "d"]);
  });

  it("knows its names at compile time", () => {
    const made = template(
      '{{ a.b }} {{#each list as item, n}} {{n}} {{item.x}} {{else}} {{c ?? "d"}} {{/each}} {{#if e}}{{else if f}}{{/if}}{{! g }}',
    );
    expectTypeOf(made).toEqualTypeOf<
      Template<{
        readonly a: unknown;
        readonly list: unknown;
        readonly c: unknown;
        readonly e: unknown;
        readonly f: unknown;
      }>
    >();
    // @ts-expect-error: the name is `reader`
    expect(() => template("{{reader}}").render({ raeder: "x" })).toThrow(/Did you mean `raeder`/);
    expectTypeOf(template(String("{{x}}")).render)
      .parameter(0)
      .toEqualTypeOf<Readonly<Record<string, unknown>>>();
  });
});

describe("a template that cannot be read", () => {
  it.each([
    ["a\n {{b", 2, 2, "{{ is not closed"],
    ["{{}}", 1, 3, "expected the name of a value"],
    ["{{a b}}", 1, 5, "expected }}, found `b}}`"],
    ["{{a()}}", 1, 4, "templates call no functions"],
    ["{{a.}}", 1, 5, "expected a name behind the dot"],
    ["{{a[x]}}", 1, 5, "expected a place like [0]"],
    ["{{1 + 1}}", 1, 3, "expected the name of a value"],
    ["{{a | upper}}", 1, 7, "`json`"],
    ["{{'a}}", 1, 3, "the text is not closed by '"],
    ["x{{#if a}}\n{{#each b as c}}{{/each}}", 1, 2, "write {{/if}}"],
    ["{{/if}}", 1, 1, "closes nothing"],
    ["{{#if a}}{{/each}}", 1, 10, "where {{/if}} is to close"],
    ["{{else}}", 1, 1, "stands outside"],
    ["{{#if a}}{{else}}{{else}}{{/if}}", 1, 18, "before it"],
    ["{{#fi a}}{{/fi}}", 1, 4, "did you mean {{#if …}}?"],
    ["{{#loop a}}", 1, 4, "the blocks are"],
    ["{{#each a}}{{/each}}", 1, 10, "names its items"],
    ["{{! a", 1, 1, "not closed"],
    ["{{else x}}", 1, 8, "behind `else`"],
    ["{{#if a}}".repeat(65), 1, 577, "more than 64 deep"],
    [`{{a${".b".repeat(64)}}}`, 1, 3, "at most 64 steps"],
  ])("is told with its place: %j", (text, line, column, problem) => {
    const { code, message, details } = failure(() => free(text));
    expect(code).toBe("TEMPLATE_INVALID");
    expect(message).toContain(problem);
    expect(details).toMatchObject({ line, column });
  });

  it("never ends in anything but a typed error, nor is any text rendered that is not its own", () => {
    const piece = fc.constantFrom(
      "{{",
      "}}",
      "#if",
      "#each",
      "/if",
      "/each",
      "else",
      " a",
      " as",
      ".b",
      "??",
      '"',
      "|json",
      "!",
      "\n",
      "x",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          free(pieces.join("")).render({ a: [{ b: "v" }], as: "w" });
        } catch (error) {
          expect(isBaseError(error) && error.code).toMatch(/^TEMPLATE_/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a value that does not fit", () => {
  it.each([
    ["{{reader}}", { raeder: 1 }, "TEMPLATE_VALUE_MISSING", "Did you mean `raeder`"],
    ["{{a.first}}", { a: { frist: 1 } }, "TEMPLATE_VALUE_MISSING", "Did you mean `frist`"],
    ["{{a.b.c}}", { a: {} }, "TEMPLATE_VALUE_MISSING", "there is no `b`"],
    ["{{#if raeder}}{{/if}}", { reader: 1 }, "TEMPLATE_VALUE_MISSING", "Did you mean `reader`"],
    ["{{#each a.b as c}}{{/each}}", { a: {} }, "TEMPLATE_VALUE_MISSING", "there is no `b`"],
    ["{{a}}", { a: undefined }, "TEMPLATE_VALUE_MISSING", "there is no `a`"],
    ["{{a}}", { a: null }, "TEMPLATE_VALUE_UNFIT", "it is null"],
    ["{{a}}", { a: {} }, "TEMPLATE_VALUE_UNFIT", "{{a | json}}"],
    ["{{a}}", { a: [] }, "TEMPLATE_VALUE_UNFIT", "a list"],
    ["{{a}}", { a: () => "x" }, "TEMPLATE_VALUE_UNFIT", "a function"],
    ["{{a}}", { a: Number.NaN }, "TEMPLATE_VALUE_UNFIT", "the number NaN"],
    ["{{a | json}}", { a: () => 1 }, "TEMPLATE_VALUE_UNFIT", "JSON cannot write"],
    ["{{#each a as b}}{{/each}}", { a: "text" }, "TEMPLATE_VALUE_UNFIT", "needs a list"],
  ])("is told by name: %s of %j", (text, context, code, part) => {
    const error = failure(() => free(text).render(context));
    expect(error.code).toBe(code);
    expect(error.message).toContain(part);
    expect(error.message).toContain("line 1, column 1");
  });

  it("is never one of a prototype, of an accessor, or of a text", () => {
    let ran = false;
    class Base {
      get inherited(): string {
        ran = true;
        return "x";
      }
    }
    const accessor = Object.defineProperty({}, "b", {
      get: () => {
        ran = true;
      },
      enumerable: true,
    });
    const attempts: readonly (readonly [string, object])[] = [
      ["{{constructor}}", {}],
      ["{{__proto__.polluted}}", {}],
      ["{{a.constructor.constructor}}", { a: "x" }],
      ["{{a.length}}", { a: "x" }],
      ["{{a.toString}}", { a: [] }],
      ["{{a.inherited}}", { a: new Base() }],
      ["{{a.b}}", { a: accessor }],
    ];
    for (const [text, context] of attempts) {
      expect(failure(() => free(text).render(context)).code).toBe("TEMPLATE_VALUE_MISSING");
    }
    expect(ran).toBe(false);
    expect(free("{{__proto__.a}}").render(JSON.parse('{"__proto__":{"a":"own"}}'))).toBe("own");
  });
});

describe("a rendering beyond its limits", () => {
  it("ends where loops within loops write too much, or nothing for too long", () => {
    const list = Array.from({ length: 100 }, () => "x");
    const nested = (body: string): string => `${"{{#each a as b}}".repeat(8)}${body}${"{{/each}}".repeat(8)}`;
    expect(failure(() => free(nested("{{b}}")).render({ a: list }, { maxLength: 1000 })).message).toContain(
      "1000 characters",
    );
    expect(failure(() => free(nested("")).render({ a: list })).code).toBe("TEMPLATE_TOO_LONG");
  });
});
