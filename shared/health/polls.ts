// How soon is a replica that polls heard of? The contract (docs/operations.md) asks for a poll each 10 to 20 seconds.

/** Longest time between two polls (ms). */
export const POLL_MS = 20_000;
/** Three polls: who was heard of in this time lives, and who was not heard of before has been by then (ms). */
export const SPOKE_MS = 3 * POLL_MS;
