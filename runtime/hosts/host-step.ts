// What moves a host on through its life.
// Knows nothing of where it then is.

/** What moves it on. */
export type HostStep = "came-up" | "drained" | "lost";
