export { type InContextOptions, inContextLm } from "./provider.ts";
