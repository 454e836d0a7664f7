// What moves one incarnation of an actor on through its life.
// Knows nothing of where it then is.

/** What moves it on. */
export type ActorStep = "started" | "stopping" | "ended";
