// A metric named by module and export, so that it can run where no closure can go: in a thread.
// Knows nothing of threads; whoever runs evaluations looks whether a metric is one of these.
import { isBaseError } from "../runtime/base/index.ts";
import { metricsInvalid } from "./errors.ts";
import type { Metric } from "./metric.ts";

/** How a hosted metric is run. */
export interface HostedMetricOptions {
  /** Where: a thread of its own. */
  readonly host: "thread";
  /** Milliseconds for one judgement, from when it begins. Default: what is left of the example's time. */
  readonly timeoutMs?: number;
}

/** Where a hosted metric is to be found. */
export interface MetricSource {
  readonly url: string;
  readonly exportName: string;
  readonly timeoutMs: number;
}

/** The metrics among a module's exports. */
export type MetricName<Module> = {
  [Name in keyof Module]: Module[Name] extends (...args: never) => unknown ? Name : never;
}[keyof Module] &
  string;

const sources = new WeakMap<Metric, MetricSource>();

/**
 * A metric that runs in a thread: for one that computes for long, or that may not come back.
 *
 * A runtime judges with it beside everything else it does, and ends it where it takes too long, even in an endless loop: that example fails
 * with EVALUATION_METRIC_TIMEOUT, and the others are judged in another thread. What it is given are copies. Outside of a runtime
 * (`evaluateLocally`) it runs where it is called.
 * @throws EVALUATION_METRIC_INVALID for an address that is no URL of a file or of data, or options that cannot be.
 * @example
 * const similarity = hostedMetric<typeof import("./similarity.ts")>(new URL("./similarity.ts", import.meta.url), "similarity", { host: "thread" });
 */
export function hostedMetric<Module>(
  url: URL | string,
  exportName: MetricName<Module>,
  options: HostedMetricOptions,
): Metric {
  const source = toSource(url, exportName, options);
  const here: Metric = async (example, prediction, context) => {
    const metric = await loadMetric(source);
    return metric(example, prediction, context);
  };
  // It is reported under its export's name, as a function is under its own.
  Object.defineProperty(here, "name", { value: exportName });
  sources.set(here, source);
  return here;
}

/** Where a metric is to be found; undefined for one that is a function of this thread. */
export function metricSourceOf(metric: Metric): MetricSource | undefined {
  return sources.get(metric);
}

/** Loads a metric's module. Rejects with EVALUATION_METRIC_INVALID where it does not load, or exports no such function. */
export async function loadMetric({ url, exportName }: Pick<MetricSource, "url" | "exportName">): Promise<Metric> {
  let module: Readonly<Record<string, unknown>>;
  try {
    module = await import(url);
  } catch (error) {
    if (isBaseError(error)) throw error;
    const said = error instanceof Error ? error.message : String(error);
    throw metricsInvalid(`Expected the metric's module at ${url} to load, but it did not: ${said}`, {
      url,
      exportName,
    });
  }
  const found = module[exportName];
  if (typeof found === "function") return found as Metric;
  throw metricsInvalid(
    `Expected ${url} to export a metric "${exportName}", found ${typeof found}. It exports ${Object.keys(module).join(", ") || "nothing"}.`,
    { url, exportName },
  );
}

function toSource(url: unknown, exportName: unknown, options: HostedMetricOptions): MetricSource {
  const text = url instanceof URL ? url.href : url;
  if (typeof text !== "string" || !/^(file|data):/.test(text)) {
    throw metricsInvalid(
      `Expected the module of a hosted metric as a file: or data: URL, found ${String(url)}. Write new URL("…", import.meta.url), its path in place of the dots.`,
      { url: String(url) },
    );
  }
  if (typeof exportName !== "string" || exportName === "") {
    throw metricsInvalid(`Expected the name of a hosted metric's export, found ${String(exportName)}.`);
  }
  const { host, timeoutMs = Number.POSITIVE_INFINITY } = options ?? {};
  if (host !== "thread")
    throw metricsInvalid(`Expected host of metric "${exportName}" to be "thread", found ${String(host)}.`);
  if (!(timeoutMs > 0)) {
    throw metricsInvalid(
      `Expected timeoutMs of metric "${exportName}" to be a number > 0, found ${String(timeoutMs)}.`,
    );
  }
  return { url: text, exportName, timeoutMs };
}
