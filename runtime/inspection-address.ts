// Where a running process can be asked for its tree: a folder that only its user may enter, with a socket and a token in it.
// Knows nothing of what is asked or answered.
import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** What the file beside the socket says. */
export interface InspectionAddress {
  /** The process. */
  readonly pid: number;
  /** A Unix socket's path; a pipe's name on Windows. */
  readonly socket: string;
  /** Whoever asks must know it. */
  readonly token: string;
}

// Limit of the kernel for a socket's path, its closing zero included: 108 bytes on Linux, 104 on macOS.
const LONGEST_SOCKET_PATH = 100;

// A name that nobody else gives a folder: it may lie in a project's root.
function inspectionFolder(folder: string): string {
  return join(folder, ".dspex-inspection");
}

function addressFile(folder: string): string {
  return join(inspectionFolder(folder), "address.json");
}

/** Makes the folder and chooses a socket in it; nothing is listening there yet. */
export async function prepareAddress(folder: string): Promise<InspectionAddress> {
  const own = inspectionFolder(folder);
  await mkdir(own, { recursive: true, mode: 0o700 });
  // The mode of `mkdir` does not change a folder that is there already.
  await chmod(own, 0o700);
  // The folder around it may be a project under version control.
  await writeFile(join(own, ".gitignore"), "*\n");
  return { pid: process.pid, socket: await socketPath(own), token: randomBytes(32).toString("hex") };
}

async function socketPath(own: string): Promise<string> {
  if (process.platform === "win32") return `\\\\.\\pipe\\dspex-${randomBytes(16).toString("hex")}`;
  const beside = join(own, "socket");
  if (Buffer.byteLength(beside) <= LONGEST_SOCKET_PATH) return beside;
  return join(await mkdtemp(join(tmpdir(), "dspex-")), "socket");
}

/** Tells where to ask: written once somebody listens. */
export async function writeAddress(folder: string, address: InspectionAddress): Promise<void> {
  const file = addressFile(folder);
  // Removed first: a file that is there keeps its mode, whoever made it.
  await rm(file, { force: true });
  await writeFile(file, JSON.stringify(address), { mode: 0o600 });
}

/** Where to ask; undefined where nobody has said so. */
export async function readAddress(folder: string): Promise<InspectionAddress | undefined> {
  let text: string;
  try {
    text = await readFile(addressFile(folder), "utf8");
  } catch {
    // Whatever keeps it from being read, there is nobody whom this user can ask.
    return undefined;
  }
  return parsed(text);
}

function parsed(text: string): InspectionAddress | undefined {
  try {
    const { pid, socket, token }: Partial<Record<keyof InspectionAddress, unknown>> = JSON.parse(text);
    if (typeof pid !== "number" || typeof socket !== "string" || typeof token !== "string") return undefined;
    return { pid, socket, token };
  } catch {
    // Half written, or of somebody else's making.
    return undefined;
  }
}

/**
 * Takes an address away again.
 *
 * Nothing is removed by what a file says, which anybody may have written into a folder that is handed on: only what bears our own names.
 */
export async function removeAddress(folder: string): Promise<void> {
  const own = inspectionFolder(folder);
  for (const name of ["address.json", "socket", ".gitignore"]) await rm(join(own, name), { force: true });
  // Somebody else's files in it are left, and so is then the folder.
  await rmdir(own).catch(() => undefined);
}

/** Takes away the place of a socket that did not fit into the folder; for who made it. */
export async function removeSocketPlace(folder: string, { socket }: InspectionAddress): Promise<void> {
  if (process.platform === "win32" || dirname(socket) === inspectionFolder(folder)) return;
  await rm(socket, { force: true });
  await rmdir(dirname(socket)).catch(() => undefined);
}
