import { describe, expect, it } from "vitest";
import {
  type ProgramPorts,
  prepareProgram,
  program,
  python,
  type RemoteContext,
  streamProgram,
} from "../../programs/index.ts";
import { inShort, partsOf, type StreamedAnswer, streamedPort } from "./streamed-port.ts";

const module = python("x.Y", "a -> b, n: int");
const asker = (callId: string, adapterName = "ChatAdapter") => ({
  callId,
  path: "predict",
  adapterName,
  outputs: [
    { name: "b", type: "str" },
    { name: "n", type: "int" },
  ],
});
const request = { messages: [{ role: "user" as const, content: "?" }], options: {} };
const CHAT = ["[[ ## b ## ]]\nhe", "llo\n\n[[ ## n ## ]]\n", "7\n\n[[ ## completed ## ]]"];

const told = async (
  answers: readonly StreamedAnswer[],
  work: (context: RemoteContext) => Promise<object>,
  options: { readonly fields?: readonly string[] } = {},
) => {
  const ports: ProgramPorts = {
    lm: streamedPort(answers).lm,
    remote: { isReady: () => true, run: (_request, context) => work(context) },
  };
  const both = program({ think: module }, async ({ a }: { a: string }, { think }) => think({ a }));
  return inShort(await partsOf(streamProgram(prepareProgram(both), { a: "x" }, ports, options)));
};

describe("a streamed run that another runtime works for", () => {
  it("tells its predictors' fields under their paths, as they come and once", async () => {
    const parts = await told([{ pieces: CHAT }], async ({ complete, settle, isStreamed }) => {
      expect(isStreamed).toBe(true);
      await complete(request, asker("1"));
      settle("1", { b: "hello", n: 7 });
      return { b: "hello", n: 7 };
    });
    expect(parts).toEqual([
      "think.predict#0 b+hello",
      'think.predict#0 b="hello"',
      "think.predict#0 n+7",
      "think.predict#0 n=7",
      "end",
    ]);
  });

  it("begins anew where the same predictor's call asks again, in another format", async () => {
    const parts = await told([{ pieces: CHAT }, { pieces: ['{"b": "bye", "n": 8}'] }], async ({ complete, settle }) => {
      await complete(request, asker("1"));
      await complete(request, asker("1", "JSONAdapter"));
      settle("1", { b: "bye", n: 8 });
      return { b: "bye", n: 8 };
    });
    expect(parts.slice(4)).toEqual([
      "think.predict#0 (answer-unreadable)",
      "think.predict#0 b+bye",
      'think.predict#0 b="bye"',
      "think.predict#0 n+8",
      "think.predict#0 n=8",
      "end",
    ]);
  });

  it("counts the calls of a predictor, also where they ask at once", async () => {
    const parts = await told([{ pieces: CHAT }], async ({ complete }) => {
      await Promise.all([complete(request, asker("1")), complete(request, asker("2"))]);
      return { b: "hello", n: 7 };
    });
    expect(parts).toEqual(expect.arrayContaining(["think.predict#0 n=7", "think.predict#1 n=7"]));
  });

  it("tells whole fields of formats that it cannot read, and what was made otherwise of those that it can", async () => {
    const other = await told([{ pieces: ["b is hello"] }], async ({ complete, settle }) => {
      await complete(request, asker("1", "HouseAdapter"));
      settle("1", { b: "hello", n: 7 });
      return { b: "hello", n: 7 };
    });
    expect(other).toEqual(expect.arrayContaining(['think.predict#0 b="hello"', "think.predict#0 n=7"]));
    const changed = await told([{ pieces: CHAT }], async ({ complete, settle }) => {
      await complete(request, asker("1"));
      settle("1", { b: "HELLO", n: 7 });
      return { b: "HELLO", n: 7 };
    });
    expect(changed.at(-2)).toBe('think.predict#0 b="HELLO"');
  });

  it("tells only what is wanted, and takes names that the other side alone knows", async () => {
    const work = async ({ complete, settle }: RemoteContext) => {
      await complete(request, asker("1"));
      settle("1", { b: "hello", n: 7 });
      return { b: "hello", n: 7 };
    };
    const wanted = await told([{ pieces: CHAT }], work, { fields: ["n"] });
    expect(wanted).toEqual(["think.predict#0 n+7", "think.predict#0 n=7", "end"]);
    expect(await told([{ pieces: CHAT }], work, { fields: ["inner"] })).toEqual(["end"]);
  });

  it("reads fields of types that have no name here as they are written", async () => {
    const strange = { ...asker("1", "JSONAdapter"), outputs: [{ name: "b", type: "Strange" }] };
    const parts = await told([{ pieces: ['{"b": {"c": 1}}'] }], async ({ complete }) => {
      await complete(request, strange);
      return { b: "", n: 1 };
    });
    expect(parts.at(-2)).toBe('think.predict#0 b={"c":1}');
  });
});
