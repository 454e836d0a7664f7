// Imports modules inside a host, which counts as loading meanwhile: what a module does when it is loaded may keep the event loop for long.
// Knows nothing of what is loaded.

// A host is a thread or process of its own and has one end of one wire: this is that host's, and nobody else's.
let tellLoading: ((isLoading: boolean) => void) | undefined;
let loading = 0;

/** Has a host told of what is loaded in it. */
export function onLoading(tell: (isLoading: boolean) => void): void {
  tellLoading = tell;
}

/**
 * Imports a module: as `import(url)`, except that a host in which it is done does not count as stuck meanwhile, for as long as it has to start.
 *
 * For hosted actors whose `init` loads code by address. Rejects as `import` does.
 */
export async function loadModule(url: string): Promise<Readonly<Record<string, unknown>>> {
  // Said before it begins, and at once: a module and what it imports may keep the event loop for seconds.
  if (loading++ === 0) tellLoading?.(true);
  try {
    return await import(url);
  } finally {
    if (--loading === 0) tellLoading?.(false);
  }
}
