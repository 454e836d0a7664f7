// An agent with tools, offline: one typed by signatures' types, one by a schema, one that fails; cut short, and gone on with. `node examples/react-tools.ts`.
// The model is a stand-in that reads what its tools told it; put `lm: "openai/gpt-4o-mini"` in its place.
import { createRuntime, type LmRequest, react, type StandardSchema, tool } from "../index.ts";
import { memoryStore } from "../stores/index.ts";
import { scriptedLm } from "../testing/index.ts";

const STOCK: ReadonlyMap<string, number> = new Map([["Dubliners", 3]]);
let orders = 0;

const inStock = tool({
  name: "in_stock",
  description: "How many copies of a book there are.",
  parameters: { title: "str", branch: { type: "Literal['north', 'south']", default: "north" } },
  run: ({ title, branch }) => {
    const copies = STOCK.get(title);
    if (copies === undefined) throw new Error(`there is no book "${title}" in the ${branch} branch`);
    return { title, branch, copies };
  },
});

/** As `z.object({ title: z.string(), copies: z.number().int() })` of a schema library would be. */
const orderSchema = {
  "~standard": {
    version: 1,
    vendor: "handmade",
    validate: (value) => {
      const { title, copies } = Object(value);
      return typeof title === "string" && Number.isInteger(copies)
        ? { value: { title, copies } }
        : { issues: [{ message: "expected a title and a whole number of copies" }] };
    },
    jsonSchema: {
      input: () => ({
        type: "object",
        properties: { title: { type: "string" }, copies: { type: "integer" } },
        required: ["title", "copies"],
      }),
      output: () => ({}),
    },
  },
} satisfies StandardSchema<{ title: string; copies: number }>;

const order = tool({
  name: "order",
  description: "Orders copies of a book.",
  parameters: orderSchema,
  // `callKey` is the same if this very call is made again: a shop would be given it as its idempotency key.
  run: ({ title, copies }, { callKey }) => {
    orders++;
    return `ordered ${copies} of ${title} (${callKey === undefined ? "no key" : "keyed"})`;
  },
});

const clerk = react("wish -> confirmation", { tools: [inStock, order], maxIterations: 6 });

/** Decides by what it was shown: a title that is misspelt first, the right one then, an order, the end. */
function decide(request: LmRequest): string {
  const shown = request.messages.map(({ content }) => String(content)).join("\n");
  const turn = (thought: string, name: string, args: object): string =>
    `[[ ## next_thought ## ]]\n${thought}\n[[ ## next_tool_name ## ]]\n${name}\n[[ ## next_tool_args ## ]]\n${JSON.stringify(args)}`;
  if (shown.includes("[[ ## reasoning ## ]]")) {
    const done = /ordered \d+ of \w+ \(\w+\)/.exec(shown)?.[0] ?? "nothing was done";
    return `[[ ## reasoning ## ]]\nThe order went out.\n[[ ## confirmation ## ]]\n${done}`;
  }
  if (shown.includes("ordered 2")) return turn("All done.", "finish", {});
  if (shown.includes('"copies": 3')) return turn("Enough copies.", "order", { title: "Dubliners", copies: 2 });
  if (shown.includes("there is no book")) return turn("I misspelt it.", "in_stock", { title: "Dubliners" });
  return turn("I look first.", "in_stock", { title: "Dublners" });
}

const store = memoryStore();
await store.open();
const wish = "Two copies of Dubliners, please.";

// The first run is cancelled once the order is out, as if the process had ended.
const cut = new AbortController();
const first = await createRuntime({
  store,
  lm: scriptedLm((request) => {
    if (orders === 0) return decide(request);
    cut.abort();
    return new Promise<string>(() => {});
  }),
});
await (await first.spawnProgram(clerk)).run({ wish }, { signal: cut.signal }).catch((error: unknown) => {
  console.log(`first run: ${error instanceof Error && "code" in error ? error.code : error}, orders: ${orders}`);
});
await first.stop();

// The second goes on from the record: what was asked and done is not asked and done again.
await using second = await createRuntime({ store, lm: scriptedLm(decide) });
second.on("program.tool.started", ({ about }) => console.log(`calling ${about.name}`));
const [run] = (await store.list("run").all()).records;
const { confirmation, trajectory } = await (await second.spawnProgram(clerk)).run(
  { wish },
  { resume: run?.runId ?? "" },
);
for (let step = 0; `observation_${step}` in trajectory; step++) {
  console.log(`${trajectory[`tool_name_${step}`]}: ${JSON.stringify(trajectory[`observation_${step}`])}`);
}
console.log(`${confirmation}; orders: ${orders}`);
