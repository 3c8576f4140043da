// Kubernetes quantities: 250m, 1.5, 128Mi, 2G, 1e9.

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** The number that a quantity stands for; undefined when it is none. */
export function quantity(value: string | number): number | undefined {
  const [, digits, exponent = '', unit = ''] = /^(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?(\w{0,2})$/.exec(String(value)) ?? [];
  const factor = Object.hasOwn(FACTORS, unit) ? FACTORS[unit] : undefined;
  if (digits === undefined || factor === undefined) return undefined;
  return Number(digits + exponent) * factor;
}

/** vCPU in the steps of Container Instances, never less than was asked for. */
export const cpuOf = (cores: number): number => Math.max(0.01, up(cores, 100));

/** GB of 10^9 bytes in tenths, never less than was asked for. */
export const gigabytesOf = (bytes: number): number => Math.max(0.1, up(bytes / 1e9, 10));

// A quantity that is exact in steps must not be rounded up for want of a binary fraction.
const up = (value: number, steps: number): number => Math.ceil(value * steps - 1e-6) / steps;
