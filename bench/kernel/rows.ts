// The rows of `npm run bench:kernel`: what is compared, how it is counted, what it is held to.
// Knows nothing of how it is measured.

/** Whose figures ours are compared with. */
export type Against = "erlang" | "elixir";

/** One row. */
export interface RowSpec {
  readonly name: string;
  /** What `ours.ts` calls it. */
  readonly task: string;
  /** What the other side calls it; undefined where the row is ours alone. */
  readonly twin: string | undefined;
  readonly against: Against;
  readonly unit: "M/s" | "µs" | "bytes" | "k/s";
  /** How many times better than the other side it must be; undefined: printed. */
  readonly target: number | undefined;
  /** Our figure that is worth reaching for, in the row's unit. */
  readonly stretch: number | undefined;
  /** Rounds that count. Default 9. */
  readonly rounds?: number;
}

export const ROWS: readonly RowSpec[] = [
  row("call, sync handler, default timeout", "call", "call", "M/s", 5, 9),
  row("call, async handler, default timeout", "call-async", "call", "M/s", 2.6, 4.5),
  row("cast", "cast", "cast", "M/s", 3.3, 60),
  row("cast over 1,000 actors", "cast-1000", "cast-1000", "M/s", 5, 40),
  row("spawn, supervised and named", "spawn", "spawn", "µs", 2.5, 0.8, 25),
  row("idle actor, supervised and named", "idle", "idle", "bytes", 4, 450, 3),
  row("the same after one call", "idle-called", "idle-called", "bytes", undefined, undefined, 3),
  row("1,000,000 of them, each", "million", "million", "bytes", undefined, 500, 1),
  row("kill to serving", "restart", "restart", "µs", 4, 2.5, 21),
  row("one_for_all of 100, kill to serving", "one-for-all", "one-for-all", "µs", 2, 60, 21),
  { ...row("publish to 1,000 subscribers", "publish", "publish", "k/s", 30, 60), against: "elixir" },
  {
    ...row("the same by dispatch and a send each", "dispatch", "publish", "k/s", undefined, undefined),
    against: "elixir",
  },
];

function row(
  name: string,
  task: string,
  twin: string,
  unit: RowSpec["unit"],
  target: number | undefined,
  stretch: number | undefined,
  rounds = 9,
): RowSpec {
  return { name, task, twin, against: "erlang", unit, target, stretch, rounds };
}

/** A side's raw figure (nanoseconds or bytes) in the row's unit. */
export function inUnit(figure: number, unit: RowSpec["unit"]): number {
  switch (unit) {
    case "M/s":
      return 1000 / figure;
    case "k/s":
      return 1_000_000 / figure;
    case "µs":
      return figure / 1000;
    case "bytes":
      return figure;
  }
}

/** Whether more is better in this unit. */
export function isRate(unit: string): boolean {
  return unit === "M/s" || unit === "k/s";
}
