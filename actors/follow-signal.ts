// Has a controller abort when a signal does, for as long as that matters.
// Knows nothing of what is aborted.

/** Aborts `inner` when `outer` aborts, at once if it has; what it returns ends that. */
export function followSignal(inner: AbortController, outer: AbortSignal): () => void {
  const abort = (): void => inner.abort(outer.reason);
  if (outer.aborted) abort();
  else outer.addEventListener("abort", abort, { once: true });
  return () => outer.removeEventListener("abort", abort);
}
