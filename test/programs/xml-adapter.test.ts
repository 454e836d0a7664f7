import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bamlAdapter, model, predict, type Signature, signature, xmlAdapter } from "../../programs/index.ts";
import { run, scripted } from "./scripted-program.ts";

const types = {
  Addr: model(
    { street: { type: "str", desc: "Street" }, zip: { type: "str | None", default: null } },
    { doc: "An address." },
  ),
  Person: model({ name: "str", homes: "list[Addr]", marks: "dict[str, float]" }),
  Tree: model({ value: "int", children: "list[Tree]" }),
};
const compat = "dspy-3.3.1";
const person = { name: "A & <B>", homes: [{ street: "s", zip: null }], marks: { "a b": 1, c: 2.5 } };

function parse(text: string, completion: string, asDspy = false): unknown {
  const made: Signature = signature(text as string, { types });
  return xmlAdapter.prepare(made, [], asDspy ? compat : undefined).parse(completion);
}

describe("xmlAdapter", () => {
  it("nests lists, dicts and models in demonstrations and describes them so", () => {
    const made = signature("q -> who: Person, note", { types });
    const messages = xmlAdapter.prepare(made, [{ q: "1", who: person, note: "x < y" }], undefined).format({ q: "2" });
    expect(messages.map(({ content }) => content).slice(2)).toEqual([
      '<who><name>A &amp; &lt;B></name><homes><item><street>s</street><zip /></item></homes><marks><entry key="a b">1.0</entry><c>2.5</c></marks></who>\n\n<note>\nx &lt; y\n</note>',
      "<q>\n2\n</q>\n\nRespond with the corresponding output fields wrapped in XML tags `<who>`, then `<note>`. Use this nested XML structure: <who><name>...</name><homes><item><street>...</street><zip>...</zip></item></homes><marks>...</marks></who>",
    ]);
  });

  it("reads back what it writes", () => {
    const text = fc.string({ unit: "grapheme" }).map((each) => each.trim().replaceAll("\r", ""));
    const value = fc.record({
      name: text,
      homes: fc.array(fc.record({ street: text, zip: fc.constantFrom(null, "z") }), { minLength: 1 }),
      marks: fc.dictionary(fc.stringMatching(/^[a-z ]{1,5}$/), fc.double({ noNaN: true, noDefaultInfinity: true })),
    });
    const made = signature("q -> who: Person", { types });
    fc.assert(
      fc.property(value, (who) => {
        // A text that is empty, or JSON to the eye, is read as such; and what XML cannot hold is not written.
        const texts = [who.name, ...who.homes.map(({ street }) => street)];
        fc.pre(texts.every((each) => each !== "" && each === each.trim() && !/[\p{Cc}\ufffe\uffff]|\]\]>/u.test(each)));
        fc.pre(
          Object.keys(who.marks).every((key) => key === key.trim() && key !== "" && key !== "item" && key !== "entry"),
        );
        const [, , shown] = xmlAdapter.prepare(made, [{ q: "1", who }], undefined).format({ q: "2" });
        expect(parse("q -> who: Person", String(shown?.content))).toEqual({ who });
      }),
    );
  });

  it.each([
    ["a, n: int", "pre <a>x</a> mid <n>3</n> post", { a: "x", n: 3 }],
    ["a", "<a>x <b k='1'>bold</b> y</a>", { a: 'x <b k="1">bold</b> y' }],
    ["a", "<a><![CDATA[1 < 2]]> &#65;&amp;<!-- no --></a>", { a: "1 < 2 A&" }],
    ["a: list[int]", "<a><item>1</item><item>2</item></a>", { a: [1, 2] }],
    ["a: list[int]", "<a>1</a><a>2</a>", { a: [1, 2] }],
    ["a: list[int]", "<a>[1, 2]</a>", { a: [1, 2] }],
    ["a: list[int]", "<a />", { a: [] }],
    ["a: Optional[Addr]", "<a></a>", { a: null }],
    ["a: Optional[Addr]", "<a><street>s</street></a>", { a: { street: "s", zip: null } }],
    [
      "a: Tree",
      "<a><value>1</value><children><item><value>2</value><children/></item></children></a>",
      { a: { value: 1, children: [{ value: 2, children: [] }] } },
    ],
  ])("reads %s from %j", (fields, completion, outputs) => {
    expect(parse(`q -> ${fields}`, completion)).toEqual(outputs);
    expect(parse(`q -> ${fields}`, completion, true)).toEqual(outputs);
  });

  it.each([
    ["<a>x & y</a><n>3</n>", { a: "x & y", n: 3 }],
    ["<a>1 < 2 &amp; so</a>\n<n>3</n> <unclosed>", { a: "1 < 2 & so", n: 3 }],
  ])("takes text that is no XML as it stands, which DSPy refuses: %j", (completion, outputs) => {
    expect(parse("q -> a, n: int", completion)).toEqual(outputs);
    expect(() => parse("q -> a, n: int", completion, true)).toThrow("not well-formed");
  });

  it.each([
    "<a>x</b>",
    "<a",
    "<a>&nope;</a>",
    "<a>\u0000</a>",
    "<a k=1>x</a>",
    "<a k='1' k='2'>x</a>",
    "<a>]]></a>",
    "<a><!-- -- --></a>",
    "<?xml version='1.0'?><a>x</a>",
  ])("finds %j not well-formed, as Python does", (completion) => {
    expect(() => parse("q -> a", completion, true)).toThrow("not well-formed");
  });

  it("ends on nesting without measure", () => {
    expect(() => parse("q -> a: int", `<a>${"<b>".repeat(100_000)}`, true)).toThrow("not well-formed");
  });

  it("asks again in JSON", async () => {
    const ports = scripted(["oops", '{"a": "x"}']);
    expect(await run(predict("q -> a"), { q: "?" }, ports, { settings: { adapter: xmlAdapter } })).toEqual({ a: "x" });
  });
});

describe("bamlAdapter", () => {
  it("describes types in few words", () => {
    const made = signature("who: Person -> a: list[Person], b: Literal['x', 2] | None, c: dict[str, list[bool]]", {
      types,
    });
    const [system, user] = bamlAdapter.prepare(made, [], undefined).format({ who: person });
    expect(String(system?.content)).toContain(`Output field \`a\` should be of type: [
  {
    name: string,
    homes: [
      {
        # Street
        street: string,
        zip: string or null,
      }
    ],
    marks: dict[string, float],
  }
]

[[ ## b ## ]]
Output field \`b\` should be of type: "x" or "2" or null

[[ ## c ## ]]
Output field \`c\` should be of type: dict[string, boolean[]]
`);
    expect(String(user?.content)).toContain('[[ ## who ## ]]\n{\n  "name": "A & <B>",\n  "homes": [\n    {');
  });

  it("refuses a model that holds itself, by name", () => {
    const made = signature("q -> a: Tree", { types });
    expect(() => bamlAdapter.prepare(made, [], undefined).format({ q: "?" })).toThrow("the model Tree holds itself");
  });

  it("shows a model that stands in two places, which DSPy takes for one that holds itself", () => {
    const twice = { ...types, Two: model({ a: "Addr", b: "Addr" }) };
    const made = signature("q -> a: Two", { types: twice });
    expect(() => bamlAdapter.prepare(made, [], compat).format({ q: "?" })).toThrow("holds itself");
    expect(String(bamlAdapter.prepare(made, [], undefined).format({ q: "?" })[0]?.content)).toContain("b:   {");
  });
});
