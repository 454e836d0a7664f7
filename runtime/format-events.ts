// The kernel's events and trees in words for people: lines for a log or a terminal.
// Knows nothing of where they are written.
import type { RuntimeEvent } from "./events.ts";
import type { TreeNode } from "./tree-node.ts";

/** How much a log line may say. */
export interface FormatOptions {
  /** Letters per field; what is longer is cut and says so. Default 1000. */
  readonly maxLength?: number;
}

const DEFAULT_MAX_LENGTH = 1000;
// A name may come from anywhere, and a terminal obeys what it is sent.
const CONTROLS = /\p{Cc}/gu;

/**
 * An event in words: time, weight, what happened, and for a supervisor's report the fields of OTP's, a line each.
 * @example
 * system.bus.on("runtime.#", (event) => console.error(formatEvent(event)));
 */
export function formatEvent(event: RuntimeEvent, options: FormatOptions = {}): string {
  const { maxLength = DEFAULT_MAX_LENGTH } = options;
  const short = (text: string): string =>
    text.length <= maxLength ? text : `${text.slice(0, maxLength)}… (${text.length - maxLength} letters more)`;
  const { head, lines = [] } = wordsOf(event);
  const stamp = `${new Date(event.at).toISOString()} [${weightOf(event)}] ${short(head)}`;
  return [stamp, ...lines.map(([field, value]) => `    ${field}: ${short(value)}`)].join("\n");
}

interface Words {
  readonly head: string;
  readonly lines?: readonly (readonly [field: string, value: string])[];
}

const CONTEXTS = {
  start_error: "did not start",
  child_terminated: "terminated",
  shutdown_error: "did not stop as asked",
  shutdown: "is one failure too many: the supervisor gives up",
} as const;

function wordsOf(event: RuntimeEvent): Words {
  switch (event.type) {
    case "runtime.supervisor.reported": {
      const { about, measures } = event;
      const significance = about.significant ? "significant " : "";
      const who = about.actor === undefined ? "" : `actor ${about.actor} (${about.actorId}), `;
      return {
        head: `supervisor ${about.supervisor}: child ${about.childId} ${CONTEXTS[about.context]}`,
        lines: [
          ["reason", about.reason],
          ["offender", `${who}${about.restart} ${significance}${about.childType}, shutdown ${about.shutdown}`],
          ...(about.message === undefined ? [] : ([["handling", about.message]] as const)),
          ["restarts", `${measures.restarts} in this period, ${measures.restartsLeft} left`],
        ],
      };
    }
    case "runtime.actor.exited": {
      const { actor, actorId, reason, message } = event.about;
      const handling = message === undefined ? "" : ` while handling ${message}`;
      const unanswered = event.measures.pendingCalls === 0 ? "" : `; ${event.measures.pendingCalls} calls unanswered`;
      return { head: `actor ${actor} (${actorId}) exited${handling}: ${reason}${unanswered}` };
    }
    case "runtime.message.dropped": {
      const { actor, message, cause } = event.about;
      return { head: `actor ${actor}: ${message} dropped (${cause})` };
    }
    case "runtime.supervisor.gave-up": {
      const { supervisor, childId, reason } = event.about;
      const { restarts, periodMs } = event.measures;
      return {
        head: `supervisor ${supervisor} gave up after ${restarts} restarts in ${periodMs} ms; last ${childId}: ${reason}`,
      };
    }
    default:
      return { head: `${event.type} ${fieldsOf(event.about)}${fieldsOf(event.measures, " ")}` };
  }
}

function weightOf(event: RuntimeEvent): "info" | "warning" | "error" {
  switch (event.type) {
    case "runtime.supervisor.reported":
    case "runtime.supervisor.gave-up":
    case "runtime.listener.failed":
      return "error";
    case "runtime.actor.exited":
      return event.about.clean ? "info" : "error";
    case "runtime.message.dropped":
    case "runtime.child.failed":
    case "runtime.child.killed":
      return "warning";
    default:
      return "info";
  }
}

function fieldsOf(fields: Readonly<Record<string, unknown>>, before = ""): string {
  const words = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`);
  return words.length === 0 ? "" : `${before}${words.join(" ")}`;
}

/** How much of a tree is shown. */
export interface FormatTreeOptions {
  /** Children per supervisor; how many more there are is said. Default all. */
  readonly maxChildren?: number;
}

/** A tree as indented lines: name, status, where it runs, what waits and what was handled, restarts, how the last one ended. */
export function formatTree(nodes: readonly TreeNode[], options: FormatTreeOptions = {}): string {
  const { maxChildren = Number.POSITIVE_INFINITY } = options;
  const lines: string[] = [];
  const open: OpenLine[] = nodes
    .map((node, at) => ({ node, stem: "", isLast: at === nodes.length - 1, depth: 0 }))
    .reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, stem, isLast, depth } = next;
    if (typeof node === "string") {
      lines.push(`${stem}└─ ${node}`);
      continue;
    }
    const branch = depth === 0 ? "" : isLast ? "└─ " : "├─ ";
    lines.push(`${stem}${branch}${lineOf(node)}`);
    const below = depth === 0 ? "" : `${stem}${isLast ? "   " : "│  "}`;
    const { children } = node;
    const shown = Math.min(children.length, maxChildren);
    if (shown < children.length) {
      open.push({ node: `… ${children.length - shown} more`, stem: below, isLast: true, depth: depth + 1 });
    }
    for (let at = shown - 1; at >= 0; at--) {
      const child = children[at];
      if (child !== undefined)
        open.push({ node: child, stem: below, isLast: at === children.length - 1, depth: depth + 1 });
    }
  }
  return lines.join("\n");
}

/** A node that is still to be drawn, or the line that stands for those left out. */
interface OpenLine {
  readonly node: TreeNode | string;
  readonly stem: string;
  readonly isLast: boolean;
  readonly depth: number;
}

function lineOf(node: TreeNode): string {
  const { actorName, childId, kind, status, handling, mailbox, handled, restarts, lastExit, host } = node;
  return [
    childId === undefined || childId === actorName ? actorName : `${childId} = ${actorName}`,
    kind === "supervisor" ? "supervisor" : undefined,
    status,
    host === "main" ? undefined : `on ${host}`,
    handling === undefined ? undefined : `handling ${handling}`,
    `waiting ${mailbox}`,
    `handled ${handled}`,
    restarts === 0 ? undefined : `restarts ${restarts}`,
    lastExit === undefined ? undefined : `last exit ${lastExit}`,
  ]
    .filter((word) => word !== undefined)
    .join(" · ")
    .replace(CONTROLS, "�");
}
