// Asks another process of the same user for its tree, through the door that `serveInspection` opened.
// Knows nothing of how the answer is shown.
import { connect } from "node:net";
import { BaseError } from "./base/index.ts";
import { type InspectionAddress, readAddress } from "./inspection-address.ts";
import type { TreeNode } from "./tree-node.ts";
import { fromRows, type TreeRow } from "./tree-rows.ts";

/** A system in another process, as it was when it was asked. */
export interface InspectedSystem {
  readonly pid: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly system: string;
  readonly actors: number;
  readonly tree: readonly TreeNode[];
}

const ANSWER_TIMEOUT_MS = 5000;

/**
 * The system that shows itself in `folder`.
 *
 * Rejects with INSPECTION_NOT_RUNNING where there is none (any more), and INSPECTION_FAILED where it does not answer: an actor that never
 * gives way blocks its process's answer too.
 */
export async function readInspection(folder: string): Promise<InspectedSystem> {
  const address = await readAddress(folder);
  if (address === undefined) throw notRunning(folder, "found none");
  let answer: unknown;
  try {
    answer = await askAt(address);
  } catch (error) {
    if (isGone(error)) throw notRunning(folder, `process ${address.pid} has ended`);
    throw failed(folder, address, error instanceof Error ? error.message : String(error));
  }
  return toSystem(answer, folder, address);
}

/** Asks at an address; rejects where nobody answers in time. */
export function askAt({ socket: path, token }: InspectionAddress): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => socket.write(`tree ${token}\n`));
    let text = "";
    socket.setEncoding("utf8");
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy(new Error(`no answer within ${ANSWER_TIMEOUT_MS} ms`)));
    socket.on("data", (part: string) => {
      text += part;
    });
    socket.on("error", reject);
    socket.on("close", () => {
      try {
        resolve(JSON.parse(text));
      } catch (error) {
        reject(error);
      }
    });
  });
}

function isGone(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ECONNREFUSED" || code === "ENOENT";
}

function toSystem(answer: unknown, folder: string, address: InspectionAddress): InspectedSystem {
  if (typeof answer !== "object" || answer === null || !("rows" in answer)) {
    throw failed(folder, address, `it answered ${JSON.stringify(answer)}`);
  }
  // Written by our own other half, to whom the token was shown.
  const { rows, ...rest } = answer as Omit<InspectedSystem, "tree"> & { readonly rows: readonly TreeRow[] };
  return { ...rest, tree: fromRows(rows) };
}

function notRunning(folder: string, found: string): BaseError {
  return new BaseError(
    "INSPECTION_NOT_RUNNING",
    `Expected a process that shows its tree in ${folder}: ${found}. It is shown by createRuntime({ store, inspection: "on" }), serveInspection, and every dspex run, eval, optimize and resume on that store.`,
    { details: { folder } },
  );
}

function failed(folder: string, { pid }: InspectionAddress, why: string): BaseError {
  return new BaseError("INSPECTION_FAILED", `Process ${pid} did not show its tree in ${folder}: ${why}.`, {
    retryable: true,
    details: { folder, pid },
  });
}
