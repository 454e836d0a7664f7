import { beforeAll, describe, expect, it } from "vitest";
import { type Adapter, chatAdapter, jsonAdapter, signature, xmlAdapter } from "../../programs/index.ts";
import { readInPieces } from "../programs/reading.ts";
import { askDspy, bringDspy } from "./python-dspy.ts";

interface Case {
  readonly title: string;
  readonly adapter: "chat" | "json" | "xml";
  readonly field: string;
  readonly text: string;
  /** How long the pieces are that the answer comes in. */
  readonly size: number;
}

const SIGNATURE = "question -> reasoning, answer";
const ADAPTERS: Readonly<Record<Case["adapter"], Adapter>> = { chat: chatAdapter, json: jsonAdapter, xml: xmlAdapter };

const TEXTS: readonly Omit<Case, "field" | "size">[] = [
  {
    title: "in chat",
    adapter: "chat",
    text: "[[ ## reasoning ## ]]\nThe chicken has legs, and a road [to cross].\n\n[[ ## answer ## ]]\nTo get to the other side!\nAt last.\n\n[[ ## completed ## ]]\n",
  },
  {
    title: "in chat, without the last marker",
    adapter: "chat",
    text: "[[ ## reasoning ## ]]\nNone is needed here.\n\n[[ ## answer ## ]]\nTo get to the other side",
  },
  {
    title: "in JSON",
    adapter: "json",
    text: '{"reasoning": "The chicken has legs, and {a road}.", "answer": "To get to the other side!"}',
  },
  {
    title: "in XML",
    adapter: "xml",
    text: "<reasoning>\nThe chicken has legs.\n</reasoning>\n<answer>\nTo get to the other side!\n</answer>\n",
  },
];

const CASES: readonly Case[] = TEXTS.flatMap((text) =>
  ["reasoning", "answer"].flatMap((field) => [3, 5, 8].map((size) => ({ ...text, field, size }))),
);

describe("a streamed answer, read by dspex and by the real DSPy", () => {
  let told: readonly (readonly (readonly [chunk: string, isLast: boolean])[])[];
  beforeAll(() => {
    bringDspy();
    const cases = CASES.map(({ adapter, field, text, size }) => ({
      adapter,
      field,
      signature: SIGNATURE,
      pieces: text.match(new RegExp(`[\\s\\S]{1,${size}}`, "g")),
    }));
    // stream_cases.py answers a list of chunks for each case.
    told = askDspy("stream_cases.py", cases) as typeof told;
  }, 600_000);

  it.each(CASES.map((each, index) => [each.title, each.field, each.size, index] as const))(
    "%s: `%s` in pieces of %i has the same text, without markers",
    (_title, field, size, index) => {
      const { adapter, text } = CASES[index] ?? CASES[0] ?? ({} as Case);
      const cuts = Array.from({ length: Math.ceil(text.length / size) }, (_, at) => (at + 1) * size);
      const ours = readInPieces(ADAPTERS[adapter], signature(SIGNATURE), text, cuts).texts[field] ?? "";
      const theirs = (told[index] ?? []).map(([chunk]) => chunk).join("");
      expect(ours).toBe(plain(theirs, adapter));
      expect(ours).not.toMatch(/\[\[ ##|<\/|"$/);
    },
  );
});

/** DSPy tells a JSON text as it is written, in its quotes and with the comma behind it, and white space around sections and elements now and then. */
function plain(text: string, adapter: Case["adapter"]): string {
  const stripped = text.trim();
  if (adapter !== "json") return stripped;
  return stripped.replace(/^"/, "").replace(/",?\s*"?$/, "");
}
