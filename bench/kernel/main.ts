// `npm run bench:kernel`: the built kernel beside Erlang, Elixir and other libraries' actors, in one run.
// Knows nothing of what a row does: that is in ours.ts and bench/erlang.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { median } from "../support/rows.ts";
import { type Beam, openBeam } from "./beam.ts";
import { peerRows } from "./peers.ts";
import type { KernelRow } from "./report.ts";
import { toLine, toTable } from "./report.ts";
import { inUnit, isRate, ROWS, type RowSpec } from "./rows.ts";
import { openSide, type Side } from "./side.ts";

const USAGE = `npm run bench:kernel -- [options]
  --only TEXT   rows whose name has TEXT in it
  --rounds N    rounds that count, of every row
  --dist DIR    measure the kernel built there, not dist/; without the rows of hosts
  --peers       install xstate, nact and Effect (bench/peers) and measure them too
  --no-build    measure it as it is
  --json        print one JSON object and nothing else`;
/** Rounds whose figures are dropped: the compilers' time. */
const WARM_UPS = 5;

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: "" },
    rounds: { type: "string" },
    dist: { type: "string" },
    peers: { type: "boolean", default: false },
    "no-build": { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const root = join(import.meta.dirname, "..", "..");
if (options.help) process.stdout.write(`${USAGE}\n`);
else await main();

async function main(): Promise<void> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  if (!options["no-build"] && options.dist === undefined) await run(join(root, "scripts", "build.js"), []);
  const erlang = await openBeam("erlang");
  const elixir = await openBeam("elixir");
  const rows: KernelRow[] = [];
  try {
    for (const spec of ROWS.filter(({ name }) => name.includes(options.only))) {
      const row = await measure(spec, spec.against === "erlang" ? erlang : elixir);
      say(toLine(row));
      rows.push(row);
    }
    if (options.only === "") {
      if (options.dist === undefined) rows.push(...(await hostRows(say)));
      rows.push(...(await peerRows({ isInstalling: options.peers, say })));
    }
  } finally {
    erlang.close();
    elixir.close();
  }
  const about = {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    v8: process.versions.v8,
    erlang: erlang.version,
    elixir: elixir.version,
    machine: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, ${process.platform}`,
  };
  process.stdout.write(options.json ? `${JSON.stringify({ about, rows }, null, 2)}\n` : toTable(about, rows));
  process.exitCode = rows.every(({ ok }) => ok) ? 0 : 1;
}

/** Rounds in turn, so that a busy moment of the machine hits all sides; each side's middle; the faster of the other's schedulers. */
async function measure(spec: RowSpec, beam: Beam): Promise<KernelRow> {
  const { name, task, twin, unit, target, stretch } = spec;
  const rounds = options.rounds === undefined ? (spec.rounds ?? 9) : Number(options.rounds);
  if (!(rounds >= 1)) throw new Error(`expected --rounds to be a number from 1 on, found ${options.rounds}`);
  const sides: { readonly words: string; readonly side: Side; readonly figures: number[] }[] = [];
  const open = ({ words, side }: { readonly words: string; readonly side: Side }) => {
    const opened = { words, side, figures: [] as number[] };
    sides.push(opened);
    return opened;
  };
  const program = [
    join(import.meta.dirname, "ours.ts"),
    task,
    ...(options.dist === undefined ? [] : [resolve(options.dist)]),
  ];
  const ours = open({ words: "ours", side: openSide(process.execPath, ["--expose-gc", ...program]) });
  const others = twin === undefined || beam.missing !== undefined ? [] : beam.open(twin).map(open);
  try {
    // Bytes need no warm compiler, and a round of a million actors takes seconds.
    for (let round = unit === "bytes" ? 0 : -WARM_UPS; round < rounds; round++) {
      for (const { side, figures } of round % 2 === 0 ? sides : sides.toReversed()) {
        const figure = await side.round();
        if (round >= 0) figures.push(figure);
      }
    }
  } finally {
    await Promise.all(sides.map(({ side }) => side.close()));
  }
  const mine = median(ours.figures);
  const [fastest] = others
    .map(({ words, figures }) => ({ words, middle: median(figures) }))
    .toSorted((one, other) => one.middle - other.middle);
  const theirs = fastest?.middle;
  const ratio = theirs === undefined ? null : theirs / mine;
  const figure = inUnit(mine, unit);
  return {
    name,
    unit,
    ours: figure,
    against: theirs === undefined ? null : inUnit(theirs, unit),
    whose: fastest === undefined ? spec.against : `${spec.against}, ${fastest.words}`,
    ratio,
    target: target ?? null,
    stretch: stretch ?? null,
    isStretched: stretch === undefined ? null : isRate(unit) ? figure >= stretch : figure <= stretch,
    ok: target === undefined || ratio === null || ratio >= target,
    ...(theirs === undefined && beam.missing !== undefined ? { notRun: beam.missing } : {}),
  };
}

/** The rows of threads and processes, which have a bench of their own. */
async function hostRows(say: (line: string) => void): Promise<readonly KernelRow[]> {
  const path = join(root, "bench", "kernel-hosts.ts");
  if (!existsSync(path)) return [];
  say("hosts …");
  return JSON.parse(await run(path, ["--json"])) as readonly KernelRow[];
}

function run(path: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.on("error", reject);
    // A bench ends with 1 where a row misses its target; it has printed its rows all the same.
    child.on("close", (code) =>
      code === 0 || out !== "" ? resolve(out) : reject(new Error(`${path} ended with ${code}`)),
    );
  });
}
