// How many replicas does a load of so many busy replicas need, so that almost nobody waits too long? A queue with k equal
// servers (M/M/k; Kleinrock, Queueing Systems I, 1975, section 3.5): with an offered load of L replicas and S seconds of
// work per message
//
//   P(wait > t) = C(k, L) x exp(-(k - L) t / S)
//   C(k, L)     = B / (1 - L/k (1 - B)),  B(0) = 1, B(i) = L B(i-1) / (i + L B(i-1))       (Erlang's C and B formulas)
//
// The allowed wait is what makes headroom cheap: for S = 1 s and t = 15 s a load of 10 needs 11 replicas, not 13, and one
// of 60 needs 61. For work that takes longer than the allowed wait the same formula asks for the usual square-root reserve.

/** Share of messages that chance may make late at a steady load. */
const LATE_SHARE = 2e-5;
/** Loads below a thousandth of a replica are nothing. */
const NOTHING = 1e-3;
/** Above this many replicas the reserve is far less than one percent, and the sum of Erlang's formula is not worth its time. */
const EXACT_MOST = 5_000;

/**
 * Fewest replicas with which at most two messages in 100,000 wait longer than `waitSeconds`; `load` in replicas,
 * `workSeconds` the mean work of one message. Zero for no load.
 */
export function replicasFor(load: number, workSeconds: number, waitSeconds: number): number {
  if (!(load > NOTHING)) return 0;
  if (load > EXACT_MOST) return Math.ceil(load + Math.sqrt(load));
  const first = Math.floor(load) + 1;
  let blocking = erlangB(first - 1, load);
  for (let replicas = first; ; replicas++) {
    blocking = (load * blocking) / (replicas + load * blocking);
    if (erlangC(blocking, load / replicas) * Math.exp((-(replicas - load) * waitSeconds) / workSeconds) <= LATE_SHARE)
      return replicas;
  }
}

/** Share of messages that find all replicas busy: one where the load is all that they can do. */
export function waitsShare(load: number, replicas: number): number {
  if (load >= replicas) return 1;
  if (!(load > NOTHING) || replicas > EXACT_MOST) return 0;
  return erlangC(erlangB(replicas, load), load / replicas);
}

const erlangC = (blocking: number, used: number): number => blocking / (1 - used * (1 - blocking));

function erlangB(servers: number, load: number): number {
  let blocking = 1;
  for (let i = 1; i <= servers; i++) blocking = (load * blocking) / (i + load * blocking);
  return blocking;
}
