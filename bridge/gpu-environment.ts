// Which GPUs a worker sees, as the variables that the makers' libraries read.
// Knows nothing of pools.

/** `hidden`: none. `visible`: those that this process sees. A list: these, by number or identifier, such as `["0"]`. */
export type GpuUse = "hidden" | "visible" | readonly string[];

/** CUDA reads the first, ROCm's HIP both. Not ROCR_VISIBLE_DEVICES as well: HIP would count within what that has left. */
const VARIABLES = ["CUDA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"] as const;

/** The variables to set; none where all is as it is here. */
export function gpuEnvironment(use: GpuUse): Readonly<Record<string, string>> {
  if (use === "visible") return {};
  // ROCm takes an empty value for an unset one; -1 names no device to any of them.
  const devices = use === "hidden" || use.length === 0 ? "-1" : use.join(",");
  return Object.fromEntries(VARIABLES.map((name) => [name, devices]));
}
