// CPU of the LM pool per call, and of a cache hit, against a bare client: `node bench/lm.ts [--json]`.
// Knows nothing of programs: `predict()` adds its own on top and is measured elsewhere.
import { hash } from "node:crypto";
import { Keyv } from "keyv";
import { Admission, LmPool, openaiCompatible } from "../lm/index.ts";
import { startOpenaiServerChild } from "../test/support/openai-server-child.ts";
import { bareClient, benchRequest, cpuMicrosPerCall, runWorkers } from "./support/lm-load.ts";
import { median, printRows, ratioRow } from "./support/rows.ts";

const IN_FLIGHT = 64;
const CALLS = 6000;
const HITS = 40_000;
const ROUNDS = 5;
const WARM_UP = 3;

const server = await startOpenaiServerChild();
const provider = openaiCompatible({ baseUrl: server.baseUrl, model: "m" });
const bare = bareClient(server.baseUrl);
const pool = new LmPool({ provider, admission: new Admission({ startConcurrency: IN_FLIGHT }) });

let asked = 0;
const cpu = { bare: [] as number[], pool: [] as number[] };
for (let round = -WARM_UP; round < ROUNDS; round++) {
  const one = await cpuMicrosPerCall(CALLS, () => runWorkers(CALLS, IN_FLIGHT, () => bare.ask(benchRequest(asked++))));
  const two = await cpuMicrosPerCall(CALLS, () =>
    runWorkers(CALLS, IN_FLIGHT, () => pool.complete({ request: benchRequest(asked++) })),
  );
  // The first rounds warm up.
  if (round < 0) continue;
  cpu.bare.push(one);
  cpu.pool.push(two);
}

const known = benchRequest(-1);
const text = JSON.stringify(known);
const keyv = new Keyv();
await keyv.set(hash("sha256", text, "hex"), (await pool.complete({ request: known })).response);
const hit = { bare: [] as number[], pool: [] as number[] };
for (let round = -WARM_UP; round < ROUNDS; round++) {
  const one = await cpuMicrosPerCall(HITS, () =>
    runWorkers(HITS, 1, () => keyv.get(hash("sha256", JSON.stringify(known), "hex"))),
  );
  const two = await cpuMicrosPerCall(HITS, () => runWorkers(HITS, 1, () => pool.complete({ request: known })));
  if (round < 0) continue;
  hit.bare.push(one);
  hit.pool.push(two);
}

pool.close();
await provider.close?.();
await bare.close();
await server.close();

printRows([
  ratioRow(
    "lm: CPU µs per call of the pool, 64 in flight, against undici request",
    median(cpu.pool),
    median(cpu.bare),
    2,
  ),
  ratioRow(
    "lm: CPU µs per cache hit of the pool, against SHA-256 and a keyv get",
    median(hit.pool),
    median(hit.bare),
    3,
  ),
]);
