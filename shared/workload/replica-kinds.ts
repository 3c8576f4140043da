// How Spillway speaks to a replica: whether it is well, and that it shall finish.

import { z } from 'zod';
import { integer, text, type Kind } from './kinds.ts';
import { section } from './sections.ts';
import type { Drain, Probe } from './workload.ts';

const path = text('a path that begins with a slash', /^\/\S*$/, 'does not begin with a slash');
const port = integer(1, 65_535);

type Hook = Extract<Drain, object>;
const hook: Kind<Hook> = section<Hook>({
  http: {
    kind: section<Hook['http']>({
      path: { kind: path, required: true, help: 'Path to post to.' },
      port: { kind: port, required: true, help: 'Port to post to.' },
    }),
    required: true,
    help: 'The replica is called until it answers that it is idle.',
  },
});

const WORDS = ['none', 'poll'] as const;

export const drainKind: Kind<Drain> = {
  ...hook,
  allowed: 'none, poll, or http with the path and the port of the hook: { http: { path: /drain, port: 8080 } }',
  choices: WORDS,
  schema: z.union([z.enum(WORDS), hook.schema], { error: 'is not a kind of drain' }),
};

export const probeKind: Kind<Probe> = {
  ...section<Probe>({
    path: { kind: path, required: true, help: 'Path to ask for.' },
    port: { kind: port, required: true, help: 'Port to ask.' },
    periodSeconds: { kind: integer(5, 300), help: 'Between two probes; 10 when absent.' },
    timeoutSeconds: { kind: integer(1, 5), help: 'For an answer; 2 when absent.' },
    failureThreshold: { kind: integer(1, 10), help: 'Bad answers in a row until it is unwell; 2 when absent.' },
  }),
  allowed: 'path and port, such as { path: /healthz, port: 8080 }, and periodSeconds, timeoutSeconds, failureThreshold',
};
