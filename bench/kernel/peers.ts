// Other libraries' actors as rows: xstate, nact and Effect, from a package of their own that is installed on demand.
// Knows nothing of how each of them works.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { median } from "../support/rows.ts";
import type { KernelRow } from "./report.ts";
import { inUnit, type RowSpec } from "./rows.ts";
import { openSide } from "./side.ts";

const FOLDER = join(import.meta.dirname, "..", "peers");
const PEERS = ["xstate", "nact", "effect"] as const;
const TASKS: readonly { readonly task: string; readonly unit: RowSpec["unit"] }[] = [
  { task: "call", unit: "M/s" },
  { task: "cast", unit: "M/s" },
  { task: "idle", unit: "bytes" },
];
const WARM_UPS = 2;
const ROUNDS = 5;

/** Each peer's figures beside nobody's: they say where the kernel stands, and are held to nothing. */
export async function peerRows(options: {
  readonly isInstalling: boolean;
  readonly say: (line: string) => void;
}): Promise<readonly KernelRow[]> {
  if (options.isInstalling)
    await promisify(execFile)("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: FOLDER });
  if (!existsSync(join(FOLDER, "node_modules"))) {
    return PEERS.map((peer) => ({ ...blank(peer, "M/s"), notRun: "not run: --peers installs and runs it" }));
  }
  const rows: KernelRow[] = [];
  for (const peer of PEERS) {
    for (const { task, unit } of TASKS) {
      options.say(`${peer}, ${task} …`);
      const side = openSide(process.execPath, ["--expose-gc", join(FOLDER, `${peer}.mjs`), task]);
      const figures: number[] = [];
      try {
        for (let round = -WARM_UPS; round < ROUNDS; round++) {
          const figure = await side.round();
          if (round >= 0) figures.push(figure);
        }
      } finally {
        await side.close();
      }
      rows.push({ ...blank(`${peer}: ${task}`, unit), against: inUnit(median(figures), unit) });
    }
  }
  return rows;
}

function blank(name: string, unit: RowSpec["unit"]): KernelRow {
  return {
    name,
    unit,
    ours: null,
    against: null,
    whose: "peer",
    ratio: null,
    target: null,
    stretch: null,
    isStretched: null,
    ok: true,
  };
}
