// What a pool of hosts can be told, its defaults, and the check of both.
// Knows nothing of how hosts are started.
import type { ResourceLimits } from "node:worker_threads";
import { BaseError, nearest } from "../base/index.ts";
import { hostOptionInvalid } from "./host-errors.ts";

/** What both kinds of pool can be told. */
export interface HostPoolOptions {
  /** Hosts that take actors. A host is started when it is first needed. Default 1. */
  readonly size?: number;
  /** Hosts that are kept started beside them, to take the place of one that is lost. Default 1. */
  readonly spares?: number;
  /** Milliseconds between two signs of life of a host; three missed ones end it. `Infinity`: not watched. Default 1000. */
  readonly heartbeatMs?: number;
  /** Milliseconds in which a host has to confirm that a killed actor is gone; otherwise it is ended. Default 500. */
  readonly killGraceMs?: number;
  /** Milliseconds a host has to start. Default 30,000. */
  readonly startTimeoutMs?: number;
  /** Milliseconds that actors have to end when their host is drained or the pool stops. Default 5000. */
  readonly drainMs?: number;
  /** Node's own options for the thread or process. Default: those of this process. */
  readonly execArgv?: readonly string[];
  /** Its environment. Default: a copy of this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A pool of threads. */
export interface ThreadHostsOptions extends HostPoolOptions {
  /** V8's limits of each thread. Buffers are not counted. Default: those of Node. */
  readonly resourceLimits?: ResourceLimits;
}

/** A pool of processes. */
export interface ProcessHostsOptions extends HostPoolOptions {
  /** Megabytes of JavaScript heap of each process. Default: that of Node. */
  readonly heapMb?: number;
  /** Megabytes that a process may hold in all, buffers and native memory included; looked at with each sign of life. Default: no limit. */
  readonly memoryMb?: number;
}

/** A pool's options with their defaults. */
export interface HostPoolSettings {
  readonly size: number;
  readonly spares: number;
  readonly heartbeatMs: number;
  readonly killGraceMs: number;
  readonly startTimeoutMs: number;
  readonly drainMs: number;
  readonly memoryMb: number;
}

const COMMON = [
  "size",
  "spares",
  "heartbeatMs",
  "killGraceMs",
  "startTimeoutMs",
  "drainMs",
  "execArgv",
  "env",
] as const satisfies readonly (keyof HostPoolOptions)[];
const OF_THREADS = [...COMMON, "resourceLimits"] as const satisfies readonly (keyof ThreadHostsOptions)[];
const OF_PROCESSES = [...COMMON, "heapMb", "memoryMb"] as const satisfies readonly (keyof ProcessHostsOptions)[];
const LIMITS = ["maxOldGenerationSizeMb", "maxYoungGenerationSizeMb", "codeRangeSizeMb", "stackSizeMb"];

/** Fills in the defaults. @throws OPTION_INVALID */
export function toThreadSettings(options: ThreadHostsOptions): HostPoolSettings {
  checkNames("threadHosts", options, OF_THREADS);
  const { resourceLimits } = options;
  if (resourceLimits !== undefined) {
    checkNames("resourceLimits", resourceLimits, LIMITS);
    for (const [name, limit] of Object.entries(resourceLimits)) checkPositive(`resourceLimits.${name}`, limit);
  }
  return toSettings(options, Number.POSITIVE_INFINITY);
}

/** Fills in the defaults. @throws OPTION_INVALID */
export function toProcessSettings(options: ProcessHostsOptions): HostPoolSettings {
  checkNames("processHosts", options, OF_PROCESSES);
  const { heapMb, memoryMb = Number.POSITIVE_INFINITY } = options;
  if (heapMb !== undefined) checkPositive("heapMb", heapMb);
  checkPositive("memoryMb", memoryMb);
  return toSettings(options, memoryMb);
}

function toSettings(options: HostPoolOptions, memoryMb: number): HostPoolSettings {
  const { size = 1, spares = 1, heartbeatMs = 1000, killGraceMs = 500 } = options;
  const { startTimeoutMs = 30_000, drainMs = 5000 } = options;
  checkCount("size", size, 1);
  checkCount("spares", spares, 0);
  checkPositive("heartbeatMs", heartbeatMs);
  checkPositive("killGraceMs", killGraceMs);
  checkPositive("startTimeoutMs", startTimeoutMs);
  checkPositive("drainMs", drainMs);
  return { size, spares, heartbeatMs, killGraceMs, startTimeoutMs, drainMs, memoryMb };
}

function checkNames(what: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null)
    throw hostOptionInvalid(`the options of ${what}`, "an object", options);
  for (const option of Object.keys(options)) {
    if (known.includes(option)) continue;
    const near = nearest(option, known);
    throw new BaseError(
      "OPTION_INVALID",
      `${what} has no option "${option}".${near === undefined ? "" : ` Did you mean "${near}"?`} It has ${known.join(", ")}.`,
      { details: { option } },
    );
  }
}

function checkCount(option: string, found: unknown, least: number): void {
  if (typeof found === "number" && Number.isInteger(found) && found >= least) return;
  throw hostOptionInvalid(option, `a whole number ≥ ${least}`, found);
}

function checkPositive(option: string, found: unknown): void {
  if (typeof found === "number" && found > 0) return;
  throw hostOptionInvalid(option, "a number > 0", found);
}
