// Lets other processes of the same user ask this one for its tree, over a socket in a folder that only that user may enter.
// Knows nothing of who asks. It answers one question and takes no orders.
import { timingSafeEqual } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import type { ActorSystem } from "./actor-system.ts";
import { BaseError } from "./base/index.ts";
import {
  type InspectionAddress,
  prepareAddress,
  readAddress,
  removeAddress,
  removeSocketPlace,
  writeAddress,
} from "./inspection-address.ts";
import { askAt } from "./read-inspection.ts";
import { toRows } from "./tree-rows.ts";

/** An open door for inspection. */
export interface Inspection extends AsyncDisposable {
  /** Closes it and removes its files. A second time does nothing. */
  close(): Promise<void>;
}

// A question is a token and a word; whoever says more, or takes longer, is not asking.
const LONGEST_QUESTION = 1000;
const QUESTION_TIMEOUT_MS = 2000;

/**
 * Opens a door in `folder`, through which `readInspection` and `dspex tree` see this system's tree.
 *
 * The folder `.dspex-inspection` in it is for the user alone (0700), and so is the token that a question needs (0600). The door keeps no process alive.
 * Rejects with INSPECTION_TAKEN where another process has its door there, and INSPECTION_FAILED where it cannot be made.
 * @example
 * await using door = await serveInspection(system, { folder: ".dspex" });
 */
export async function serveInspection(
  system: ActorSystem,
  { folder }: { readonly folder: string },
): Promise<Inspection> {
  const before = await readAddress(folder);
  if (before !== undefined) {
    if ((await askAt(before).catch(() => undefined)) !== undefined) throw taken(folder, before.pid);
    await removeAddress(folder);
  }
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    answer(socket, system, address.token);
  });
  let address: InspectionAddress;
  try {
    address = await prepareAddress(folder);
    await listen(server, address.socket);
    await writeAddress(folder, address);
  } catch (error) {
    server.close();
    throw new BaseError("INSPECTION_FAILED", `Could not open a door for inspection in ${folder}: ${String(error)}`, {
      cause: error,
      details: { folder },
    });
  }
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
    await removeAddress(folder);
    await removeSocketPlace(folder, address);
  };
  const closeOnce = (): Promise<void> => (closing ??= close());
  return { close: closeOnce, [Symbol.asyncDispose]: closeOnce };
}

function listen(server: Server, socket: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(socket, () => {
      server.off("error", reject);
      // One that cannot be accepted is one that is not answered; the process must not end for it.
      server.on("error", () => {});
      server.unref();
      resolve();
    });
  });
}

function answer(socket: Socket, system: ActorSystem, token: string): void {
  let question = "";
  socket.unref();
  socket.setEncoding("utf8");
  socket.setTimeout(QUESTION_TIMEOUT_MS, () => socket.destroy());
  // Who asked has gone; there is nobody to tell.
  socket.on("error", () => {});
  socket.on("data", (text: string) => {
    question += text;
    if (question.length > LONGEST_QUESTION) socket.destroy();
    else if (question.endsWith("\n")) socket.end(`${JSON.stringify(replyTo(question, system, token))}\n`);
  });
}

function replyTo(question: string, system: ActorSystem, token: string): unknown {
  const [word, given = ""] = question.trim().split(" ");
  if (!isSame(given, token)) return { refused: "token" };
  if (word !== "tree") return { refused: "question" };
  return {
    pid: process.pid,
    at: system.clock.wallMs(),
    system: system.name,
    actors: system.actorCount,
    rows: toRows(system.tree()),
  };
}

/** Compared in a time that does not tell how much of it was right. */
function isSame(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function taken(folder: string, pid: number): BaseError {
  return new BaseError(
    "INSPECTION_TAKEN",
    `Expected nobody's door for inspection in ${folder}, found that of process ${pid}. Choose another folder.`,
    { details: { folder, pid } },
  );
}
