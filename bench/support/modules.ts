// Which modules `npm run bench` runs.
// Knows nothing of what they measure.

/** Names of the files in `bench/`, in the order in which they run. Not read from the folder: what somebody tries out there is no row. */
export const BENCH_MODULES = ["admission", "evaluate", "kernel", "lm", "predict", "store"] as const;
