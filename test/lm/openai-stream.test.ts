import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OpenaiStream } from "../../lm/openai-stream.ts";
import { chatEvents } from "../support/openai-server.ts";

/** Reads a stream cut at these places; answers what was told and what it came to. */
function read(whole: string, cuts: readonly number[] = []) {
  const told: string[] = [];
  const reasoned: string[] = [];
  const stream = new OpenaiStream(
    "asked",
    {
      onText: (text, completion) => void told.push(completion === 0 ? text : `${completion}:${text}`),
      onReasoning: (text) => void reasoned.push(text),
      onRestart: () => {},
    },
    {
      invalid: (expected, found) => failed("INVALID", `${expected}: ${found}`),
      refused: (body) => failed("REFUSED", body),
      cutShort: () => failed("CUT_SHORT", ""),
    },
  );
  const places = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].sort((a, b) => a - b);
  let start = 0;
  for (const place of [...places, whole.length]) {
    stream.push(whole.slice(start, place));
    start = place;
  }
  const ended = stream.end();
  return { told, reasoned, ended, response: ended.status === "response" ? ended.response : undefined };
}

/** Only the fields that the stream reads of an error are needed here. */
function failed(code: string, message: string): never {
  throw Object.assign(new Error(message), { code });
}

const event = (choice: object, more: object = {}): string =>
  `data: ${JSON.stringify({ choices: [{ index: 0, ...choice }], ...more })}\n\n`;
const stop = event({ delta: {}, finish_reason: "stop" });

describe("OpenaiStream", () => {
  it("tells the text of each event and puts the response together", () => {
    const { told, response } = read(chatEvents(["Hel", "lo"]).join(""), [400, 450]);
    expect(told.join("")).toBe("Hello");
    expect(response).toEqual({
      completions: [{ text: "Hello", finishReason: "stop" }],
      model: "test-model",
      usage: { inputTokens: 10, outputTokens: 2 },
    });
  });

  it("reads the same answer however the stream is cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "binary" }), { maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        (texts, cuts) => {
          const { told, response } = read(chatEvents(texts).join(""), cuts);
          // Lone halves of surrogate pairs are written as escapes, and read back as they were.
          expect(told.join("")).toBe(texts.join(""));
          expect(response?.completions[0]?.text).toBe(texts.join(""));
        },
      ),
    );
  });

  it("takes a text for its own where it looks like the rest of an event", () => {
    const texts = ['"}}]}', '\\"', '","finish_reason":"stop"', "data: [DONE]", "\n\ndata: x\n\n", "\\u0041"];
    expect(read(chatEvents(texts).join("")).response?.completions[0]?.text).toBe(texts.join(""));
  });

  it.each([
    ["line feeds", "data: ", "\n\n"],
    ["carriage returns, too", "data: ", "\r\n\r\n"],
    ["no space", "data:", "\n\n"],
    ["comments between", "data: ", "\n\n: alive\n\n"],
    ["names of events", "event: message\ndata: ", "\n\n"],
  ])("reads a run of events of one shape written with %s", (_, prefix, end) => {
    const texts = ["one", " two", '\nthree "four"', " [[ ## a ## ]]", "", " five"];
    const data = texts.map((content) => JSON.stringify({ choices: [{ index: 0, delta: { content } }] }));
    const whole = [...data, JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }), "[DONE]"]
      .map((each) => `${prefix}${each}${end}`)
      .join("");
    for (const cuts of [[], [whole.length / 2], [100, 101, 200]]) {
      expect(read(whole, cuts.map(Math.floor)).response?.completions[0]?.text).toBe(texts.join(""));
    }
  });

  it("ends a run where another event stands in it, and takes it up again behind that", () => {
    const say = (content: string, index = 0) => event({ index, delta: { content } });
    const events = [
      ...[..."abcd"].map((letter) => say(letter)),
      ...[..."xyz"].map((letter) => say(letter, 1)),
      ...[..."efg"].map((letter) => say(letter)),
      event({ delta: { reasoning_content: "hm" } }),
      ...[..."hij"].map((letter) => say(letter)),
    ];
    const { response, reasoned } = read([...events, stop].join(""));
    expect(response?.completions.map(({ text }) => text)).toEqual(["abcdefghij", "xyz"]);
    expect(reasoned).toEqual(["hm"]);
  });

  it("does not take an event for one of the same shape whose rest differs", () => {
    const events = [
      event({ delta: { content: "a" }, finish_reason: null }),
      event({ delta: { content: "b" }, finish_reason: null }),
      event({ delta: { content: "c" }, finish_reason: "length" }),
    ];
    const { response } = read(events.join(""));
    expect(response?.completions[0]).toEqual({ text: "abc", finishReason: "length" });
  });

  it("tells several choices apart, and tells each what came for it", () => {
    const events = [0, 1, 0, 1].map(
      (index, at) => `data: {"choices":[{"index":${index},"delta":{"content":"${"abcd"[at]}"}}]}\n\n`,
    );
    const { told, response } = read(`${events.join("")}data: [DONE]\n\n`);
    expect(told).toEqual(["a", "1:b", "c", "1:d"]);
    expect(response?.completions.map(({ text }) => text)).toEqual(["ac", "bd"]);
  });

  it.each(["reasoning_content", "reasoning"])("tells what a model reasons apart from its text, under %s", (key) => {
    const { reasoned, response } = read(
      event({ delta: { [key]: "hm, " } }) +
        event({ delta: { [key]: "so" } }) +
        event({ delta: { content: "42" } }) +
        stop,
    );
    expect(reasoned).toEqual(["hm, ", "so"]);
    expect(response?.completions[0]).toEqual({ text: "42", reasoning: "hm, so", finishReason: "stop" });
  });

  it("puts tool calls together from their pieces", () => {
    const call = (piece: object): string => event({ delta: { tool_calls: [piece] } });
    const { response } = read(
      call({ index: 0, id: "c1", type: "function", function: { name: "look", arguments: "" } }) +
        call({ index: 0, function: { arguments: '{"at":' } }) +
        call({ index: 1, id: "c2", type: "function", function: { name: "go", arguments: "{}" } }) +
        call({ index: 0, function: { arguments: "1}" } }) +
        event({ delta: {}, finish_reason: "tool_calls" }),
    );
    expect(response?.completions[0]).toEqual({
      text: null,
      finishReason: "tool_calls",
      toolCalls: [
        { id: "c1", type: "function", function: { name: "look", arguments: '{"at":1}' } },
        { id: "c2", type: "function", function: { name: "go", arguments: "{}" } },
      ],
    });
  });

  it("passes over comments and other fields, and takes every kind of line end", () => {
    const whole = `: waiting\r\nevent: x\r\nid: 1\r\ndata:{"choices":[{"delta":{"content":"a"}}]}\r\n\r\n${stop}`;
    expect(read(whole).response?.completions[0]?.text).toBe("a");
  });

  it("puts an event of several data lines together", () => {
    const whole = `data: {"choices":\ndata: [{"delta":{"content":"a"}}]}\n\n${stop}`;
    expect(read(whole).response?.completions[0]?.text).toBe("a");
  });

  it("reads a whole completion where a server does not stream", () => {
    const body = '{"model":"m","choices":[{"message":{"content":"whole"}}]}';
    const { told, response } = read(` \n${body}`, [5, 20]);
    expect(told).toEqual([]);
    expect(response?.completions[0]?.text).toBe("whole");
  });

  it("fails where the stream ends before the answer does", () => {
    expect(() => read(event({ delta: { content: "half" } }))).toThrow(expect.objectContaining({ code: "CUT_SHORT" }));
  });

  it("fails with an error told in an event", () => {
    const whole = `${event({ delta: { content: "half" } })}data: {"error":{"message":"overloaded"}}\n\n`;
    expect(() => read(whole)).toThrow(expect.objectContaining({ code: "REFUSED" }));
  });

  it.each([
    ["<html>\n", "events"],
    ["data: {half\n\n", "events of JSON"],
    ["data: 7\n\n", "events of JSON objects"],
    ['data: {"choices":7}\n\n', "events with an array"],
    ['data: {"choices":[7]}\n\n', "`choices` of objects"],
    ['data: {"choices":[{"index":1e9,"delta":{}}]}\n\n', "choices counted from 0"],
  ])("fails with garbage: %j", (whole, expected) => {
    expect(() => read(whole)).toThrow(
      expect.objectContaining({ code: "INVALID", message: expect.stringContaining(expected) }),
    );
  });

  it.each(["", "\n\n", `data: {"choices":[]}\n\ndata: [DONE]\n\n`])(
    "says what was expected where nothing came: %j",
    (whole) => {
      expect(read(whole).ended.status).toBe("invalid");
    },
  );

  it("takes as long as a line is, however it comes", () => {
    const letters = "x".repeat(2_000_000);
    const whole = event({ delta: { content: letters } }) + stop;
    const cuts = Array.from({ length: 20_000 }, (_, at) => at * 100);
    expect(read(whole, cuts).response?.completions[0]?.text).toBe(letters);
  });
});
