// Waits for what a socket, a thread or another process brings about, for as long as a busy machine may take.
// Knows nothing of what is waited for.
import { vi } from "vitest";

/** Resolves once `holds`; rejects after half a minute, since what takes longer does not come. */
export async function eventually(holds: () => boolean | Promise<boolean>, intervalMs = 5): Promise<void> {
  await vi.waitUntil(holds, { timeout: 30_000, interval: intervalMs });
}
