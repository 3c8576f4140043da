// The kinds of value that app settings and workload files consist of. Each kind reads what was found (text from an app
// setting, any JSON value from a file), and says in one phrase what it allows.

import { z } from 'zod';
import { cronProblem } from '../signals/schedule.ts';
import { regionProblem } from './regions.ts';
import { judged } from './strict.ts';
import type { QueueRef, RolloutStep } from './workload.ts';

export interface Kind<T> {
  /** What is allowed, as the end of a sentence that begins with "Allowed:". */
  allowed: string;
  schema: z.ZodType<T>;
  /** The closed list of values, when there is one. */
  choices?: readonly string[];
  /** The members of a map with fixed names. */
  parts?: Readonly<Record<string, Part>>;
  /** What each element of a list, or each value of a map with free names, is. */
  items?: Kind<unknown>;
  /** What text stands for, where the schema judges that part by part. */
  unpack?: (found: unknown) => unknown;
}

/** One member of a section of a workload file. */
export interface Part<T = unknown> {
  kind: Kind<T>;
  help: string;
  required?: true;
  /** True when the value may be what a careless user took for harmless: it is never repeated in a message. */
  secret?: true;
}

const numberOrText = (value: unknown): unknown =>
  typeof value === 'string' && value.trim() !== '' ? Number(value) : value;

const between = (min: number, max: number): z.ZodNumber =>
  z
    .number({ error: 'is not a number' })
    .min(min, { error: `is below ${min}` })
    .max(max, { error: `is above ${max}` });

/** A whole number of a file: text is none. */
export const whole = (min: number, max: number): z.ZodNumber =>
  between(min, max).refine(Number.isInteger, { error: 'is not a whole number' });

/** A number within bounds, both included. */
export const number = (min: number, max: number): Kind<number> => ({
  allowed: `a number from ${min} to ${max}`,
  schema: z.preprocess(numberOrText, between(min, max)),
});

/** A whole number within bounds, both included. */
export const integer = (min: number, max: number): Kind<number> => ({
  allowed: `a whole number from ${min} to ${max}`,
  schema: z.preprocess(numberOrText, between(min, max).refine(Number.isInteger, { error: 'is not a whole number' })),
});

/** One of a closed list of words. */
export const choice = <const T extends string>(...choices: T[]): Kind<T> => ({
  allowed: choices.join(', '),
  choices,
  schema: z
    .string({ error: 'is not text' })
    .trim()
    .pipe(z.enum(choices, { error: 'is not one of the allowed values' })),
});

/** Text in which the pattern matches. */
export const text = (allowed: string, pattern: RegExp, error = 'does not have the form of one'): Kind<string> => ({
  allowed,
  schema: z.string({ error: 'is not text' }).trim().regex(pattern, { error }),
});

const guidPattern = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** A GUID with hyphens; `what` it identifies. */
export const guid = (what: string): Kind<string> => text(`the id of ${what} (a GUID)`, guidPattern);

const atCommas = (list: unknown): unknown =>
  typeof list === 'string' ? list.split(',').map((each) => each.trim()) : list;

/** Ids with commas between them, each at most once. */
export const guids = (what: string): Kind<string[]> => ({
  allowed: `ids of ${what} (GUIDs) with commas between them`,
  items: { ...guid(what), allowed: 'a GUID' },
  unpack: atCommas,
  schema: z.preprocess(
    atCommas,
    z.array(guid(what).schema).refine((all) => new Set(all).size === all.length, { error: 'has an id twice' }),
  ),
});

/** The full Azure resource id of one resource of a type such as `Microsoft.Compute/virtualMachineScaleSets`. */
export const resourceId = (type: string): Kind<string> =>
  text(
    `a resource id, /subscriptions/.../resourceGroups/.../providers/${type}/NAME`,
    new RegExp(
      `^/subscriptions/[^/\\s]+/resourceGroups/[^/\\s]+/providers/${type.replaceAll('.', '\\.')}/[^/\\s]+$`,
      'i',
    ),
  );

/** An https address; a slash at its end is dropped. */
export const address: Kind<string> = {
  allowed: 'an address that begins with https://',
  schema: text('', /^https:\/\/[^/\s]+\S*$/).schema.transform((url) => url.replace(/\/+$/, '')),
};

/** `West Europe` and `westeurope` are the same region: Azure uses both forms. */
export const region: Kind<string> = {
  allowed: 'an Azure region such as westeurope',
  schema: text('', /^[a-z][a-z0-9 ]*$/i)
    .schema.transform((name) => name.replaceAll(' ', '').toLowerCase())
    .superRefine(judged(regionProblem)),
};

/** Regions with commas between them, each at most once. */
export const regions: Kind<string[]> = {
  allowed: 'Azure regions with commas between them, such as westeurope,northeurope',
  items: region,
  unpack: atCommas,
  schema: z.preprocess(
    atCommas,
    z
      .array(region.schema, { error: 'is not text' })
      .refine((all) => new Set(all).size === all.length, { error: 'has a region twice' }),
  ),
};

/** A bare name is completed; what has a dot or a port is a full host name (a local broker, for example). */
export const namespaceHost = (namespace: string): string =>
  /[.:]/.test(namespace) ? namespace : `${namespace}.servicebus.windows.net`;

const queuePattern = /^([a-z0-9][a-z0-9.:-]*)\/([a-z0-9](?:[\w./-]*[a-z0-9])?)$/i;

/** `namespace/queue`. A namespace without dot or colon gets `.servicebus.windows.net`. */
export const queue: Kind<QueueRef> = {
  allowed: 'namespace/queue, where the namespace is its name or its full host name',
  schema: z
    .string({ error: 'is not text' })
    .trim()
    .transform((value, context) => {
      const [, host, name] = queuePattern.exec(value) ?? [];
      if (host === undefined || name === undefined) {
        context.addIssue({ code: 'custom', message: 'does not have the form namespace/queue' });
        return z.NEVER;
      }
      return { namespace: namespaceHost(host), queue: name };
    }),
};

/** Six fields, the first being seconds, as the timer trigger of Azure Functions takes them. */
export const schedule: Kind<string> = {
  allowed: 'six fields: second, minute, hour, day, month, day of the week',
  schema: z
    .string({ error: 'is not text' })
    .trim()
    .regex(/^([\w*,/-]+\s+){5}[\w*,/-]+$/, { error: 'is not a schedule of six fields', abort: true })
    .superRefine(judged(cronProblem)),
};

const inNetwork = (type: string): string =>
  `^/subscriptions/[^/\\s]+/resourceGroups/[^/\\s]+/providers/Microsoft\\.Network/${type}/[^/\\s]+`;

/** An A record set of a private DNS zone. */
export const recordSet: Kind<string> = text(
  'a resource id, /subscriptions/.../providers/Microsoft.Network/privateDnsZones/ZONE/A/NAME',
  new RegExp(`${inNetwork('privateDnsZones')}/A/[^/\\s]+$`, 'i'),
);

/** A back-end pool of an application gateway. Pools of load balancers are refused with the reason. */
export const backendPool: Kind<string> = {
  allowed:
    'a resource id, /subscriptions/.../providers/Microsoft.Network/applicationGateways/NAME/backendAddressPools/POOL',
  schema: z
    .string({ error: 'is not text' })
    .trim()
    .refine((id) => !/\/loadBalancers\//i.test(id), {
      error: 'is of a load balancer, and its pools by IP address do not support container instances',
      abort: true,
    })
    .regex(new RegExp(`${inNetwork('applicationGateways')}/backendAddressPools/[^/\\s]+$`, 'i'), {
      error: 'does not have the form of one',
    }),
};

/** Steps of a canary: `share:bakeSeconds` with commas between them, each share above the one before. */
export const rolloutSteps: Kind<RolloutStep[]> = {
  allowed: 'share:seconds with commas between them, the shares rising from 1 to 99, such as 10:120,50:300',
  schema: z
    .string({ error: 'is not text' })
    .regex(/^\s*\d{1,2}:\d{1,5}(\s*,\s*\d{1,2}:\d{1,5})*\s*$/, { error: 'does not have the form 10:120,50:300' })
    .transform((value) =>
      value.split(',').map((part) => {
        const [share = 0, bakeSeconds = 0] = part.split(':').map(Number);
        return { share, bakeSeconds };
      }),
    )
    .refine((steps) => steps.every(({ share }, index) => share > (steps[index - 1]?.share ?? 0)), {
      error: 'has shares that do not rise',
    }),
};
