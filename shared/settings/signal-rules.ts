// Rules between signals, rules and the way they combine: every name must be known and be read. What stands there counts
// although something else in it is wrong, so that one mistake hides no other and is not told twice.

import { formulaProblem, namesIn } from '../signals/formula.ts';
import { partOf } from '../signals/named.ts';
import { namespaceHost } from '../workload/kinds.ts';
import { nearest } from '../workload/nearest.ts';
import { shown, type Problem } from '../workload/problem.ts';
import { asksForReplicas, type RuleDeclaration } from '../workload/rules.ts';
import { isMap } from '../workload/strict.ts';
import { ASKED, QUEUES, signalName, SOURCES, type SourceKind } from '../workload/signals.ts';
import type { Draft, Section } from './draft.ts';
import { given, type Env } from './read.ts';

interface Signal {
  name: string | undefined;
  formula: string | undefined;
  sources: SourceKind[];
  /** Of a Service Bus queue or subscription. */
  namespace: string | undefined;
  /** All that stands there. */
  found: Record<string, unknown>;
}

interface Rule {
  /** As it stands there, and the signal that was probably meant. */
  signal: string | undefined;
  meant: string | undefined;
  asks: boolean;
}

interface Outline {
  signals: Signal[];
  names: string[];
  /** Whether a signal of this name is declared, or may be: under a name that is none, or cannot be told. */
  knows: (name: string) => boolean;
  rules: Rule[];
  rulesKnown: boolean;
  /** What rules ask for replicas by. */
  asking: string[];
}

type Judge = (outline: Outline, draft: Draft, env: Env) => Problem[];

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value.trim() : undefined);
const isText = (value: string | undefined): value is string => value !== undefined;

/** The maps of a list; undefined when it is no list of maps. */
const mapsOf = ({ found = [], readable }: Section): Record<string, unknown>[] | undefined =>
  readable && Array.isArray(found) && found.every(isMap) ? found : undefined;

function outlineOf({ sections }: Draft): Outline {
  const declared = mapsOf(sections.signals);
  const signals = (declared ?? []).map((found): Signal => {
    const { name, formula, ...rest } = found;
    const sources = SOURCES.filter((source) =>
      source === 'formula' ? formula !== undefined : Object.hasOwn(rest, source),
    );
    const namespace = textOf(rest['queue'] ?? rest['subscription'])?.split('/')[0];
    return { name: textOf(name), formula: textOf(formula), sources, namespace, found };
  });
  const names = signals.map(({ name }) => name).filter(isText);
  const namesKnown = declared !== undefined && names.length === signals.length;
  const meantBy = (word: string): string => (names.includes(word) ? word : (nearest(word, names) ?? word));
  const ruled = mapsOf(sections.rules);
  const rules = (ruled ?? []).map((each): Rule => {
    const signal = textOf(each['signal']);
    const meant = signal === undefined ? undefined : meantBy(signal);
    const { window } = each as Pick<RuleDeclaration, 'window'>;
    return { signal, meant, asks: !isMap(window) || asksForReplicas({ window }) };
  });
  return {
    signals,
    names,
    knows: (name) => !namesKnown || names.includes(name) || !signalName.schema.safeParse(meantBy(name)).success,
    rules,
    rulesKnown: ruled !== undefined && rules.every(({ signal }) => signal !== undefined),
    asking: [...new Set(rules.flatMap(({ meant, asks }) => (asks ? (meant ?? []) : [])))],
  };
}

const namesOnce: Judge = ({ signals }, { sections }) =>
  signals.flatMap(({ name }, index) =>
    name === undefined || signals.findIndex((other) => other.name === name) === index
      ? []
      : [
          {
            path: `${sections.signals.path}.${index}.name`,
            value: shown(name),
            message: 'is the name of another signal, too',
            allowed: 'a name of its own for each signal',
          },
        ],
  );

// Formulas read sources only: a formula of formulas could go in a circle.
const formulasWork: Judge = ({ signals, names, knows }, { sections }, env) => {
  const byName = new Map(signals.map((signal) => [signal.name, signal]));
  const isFormula = (name: string): boolean => byName.get(name)?.sources[0] === 'formula';
  const isSource = (name: string): boolean => knows(name) && !isFormula(name);
  const known = names.filter(isSource);
  return signals.flatMap(({ formula }, index): Problem[] => {
    if (formula === undefined) return [];
    const path = `${sections.signals.path}.${index}.formula`;
    const unknown = unknownNames(path, formula, known, (word) => isSource(word) || isSource(partOf(word)));
    const parts = namesIn(formula).filter((word) => !byName.has(word) && !isFormula(partOf(word)));
    const absent = parts.flatMap((word) => {
      const problem = absentPart(word, byName.get(partOf(word)), env);
      return problem ? [{ path, value: shown(formula), ...problem }] : [];
    });
    return [...unknown, ...absent];
  });
};

/** Why the age or growth of a signal can never be known; undefined when it can. */
function absentPart(
  word: string,
  signal: Signal | undefined,
  env: Env,
): Pick<Problem, 'message' | 'allowed'> | undefined {
  const { name, sources: [source] = [], namespace } = signal ?? {};
  const isAge = word.endsWith('_age');
  const able = isAge ? QUEUES : ASKED;
  if (source === undefined) return undefined;
  if (!able.includes(source)) {
    const message = `names ${word}, and only ${isAge ? 'queues have an age' : 'what is read has a growth'}: ${name} is of kind ${source}`;
    return { message, allowed: `${isAge ? '_age' : '_growth'} of ${able.join(', ')}` };
  }
  const own = ownNamespace(env);
  if (!isAge || namespace === undefined || own === undefined || hostOf(namespace) === hostOf(own)) return undefined;
  const message = `names ${word}, and ${name} is not in the namespace of this app, where alone messages can be looked at`;
  return { message, allowed: `_age of storage queues, and of queues and subscriptions in ${own}` };
}

/** The namespace that the app is connected to. */
const ownNamespace = (env: Env): string | undefined =>
  given(env, 'SPILLWAY_SERVICEBUS__fullyQualifiedNamespace') ??
  /Endpoint=sb:\/\/([^/;]+)/i.exec(given(env, 'SPILLWAY_SERVICEBUS') ?? '')?.[1];

const hostOf = (namespace: string): string => namespaceHost(namespace.toLowerCase()).replace(/:.*/, '');

/** What is asked of no service never fails. A formula is as old as what it reads. */
const FAILING: Record<'fallback' | 'staleAfterSeconds', readonly SourceKind[]> = {
  fallback: [...ASKED, 'formula'],
  staleAfterSeconds: ASKED,
};

const failuresHappen: Judge = ({ signals }, { sections }) =>
  signals.flatMap(({ sources: [source], found }, index) =>
    (['fallback', 'staleAfterSeconds'] as const)
      .filter((field) => found[field] !== undefined && source !== undefined && !FAILING[field].includes(source))
      .map((field) => ({
        path: `${sections.signals.path}.${index}.${field}`,
        value: shown(found[field]),
        message: `does nothing for a signal whose source is ${source}`,
        allowed: `on a signal with ${FAILING[field].join(', ')}`,
      })),
  );

const ruleSignalsExist: Judge = ({ names, knows, rules }, { sections }) =>
  rules.flatMap(({ signal }, index) =>
    signal === undefined || knows(signal)
      ? []
      : [
          {
            path: `${sections.rules.path}.${index}.signal`,
            value: shown(signal),
            message: 'is no signal of this workload',
            allowed: names.join(', ') || 'a signal that is declared, and there is none',
            nearest: nearest(signal, names),
          },
        ],
  );

const signalsAreUsed: Judge = ({ signals, names, rules, rulesKnown }, { sections }) => {
  const formulasKnown = signals.every(({ formula, sources }) => formula !== undefined || !sources.includes('formula'));
  if (!rulesKnown || !formulasKnown) return [];
  const words = signals.flatMap(({ formula }) => namesIn(formula ?? '')).flatMap((word) => [word, partOf(word)]);
  const used = new Set([...rules.map(({ meant }) => meant), ...words, ...words.map((word) => nearest(word, names))]);
  return signals.flatMap(({ name }, index) =>
    name === undefined || used.has(name)
      ? []
      : [
          {
            path: `${sections.signals.path}.${index}.name`,
            value: shown(name),
            message: 'is read by no rule and no formula, so it would scale nothing',
            allowed: 'signals that a rule or a formula names',
          },
        ],
  );
};

const combineWorks: Judge = ({ asking, rules, rulesKnown }, { sections, readings }) => {
  const { path, found } = sections.combine;
  const combine = textOf(found);
  if (!combine || combine === 'max' || combine === 'sum' || !rulesKnown) return [];
  const wrong = formulaProblem(combine);
  const own = ['queue', 'logQuery.workspaceId', 'logQuery.query'].some((of) => readings.get(of)?.found !== undefined);
  const known = [...(own ? ['queue'] : []), ...asking];
  const allowed = `max, sum, or a formula over ${known.join(', ') || 'signals, and there is none'}`;
  if (wrong !== undefined)
    return [{ path, value: shown(combine), message: wrong, allowed, nearest: nearest(combine, ['max', 'sum']) }];
  // A misspelt word is no formula that leaves all others out.
  const word = namesIn(combine).length === 1 && /^\w+$/.test(combine);
  const meant = word ? nearest(combine, ['max', 'sum', ...known]) : undefined;
  if (meant === 'max' || meant === 'sum')
    return [{ path, value: shown(combine), message: 'is neither max nor sum nor a formula', allowed, nearest: meant }];
  const written = new Set(rules.filter(({ asks }) => asks).map(({ signal }) => signal));
  const named = namesIn(combine);
  const left = known.filter((name) => !named.some((word) => word === name || nearest(word, known) === name));
  return [
    ...unknownNames(path, combine, known, (word) => known.includes(word) || written.has(word)),
    ...left.map((name) => ({
      path,
      value: shown(combine),
      message: `leaves out ${name}, which would scale nothing`,
      allowed: `a formula that names each of ${known.join(', ')}`,
    })),
  ];
};

const unknownNames = (path: string, formula: string, known: string[], isKnown: (word: string) => boolean): Problem[] =>
  namesIn(formula)
    .filter((word) => !isKnown(word))
    .map((word) => ({
      path,
      value: shown(formula),
      message: `names ${word}, which is no such signal`,
      allowed: `a formula over ${known.join(', ') || 'signals, and there is none'}`,
      nearest: nearest(word, known),
    }));

const JUDGES: readonly Judge[] = [
  namesOnce,
  failuresHappen,
  formulasWork,
  ruleSignalsExist,
  signalsAreUsed,
  combineWorks,
];

/** All that is wrong between the signals, the rules and the combination of a workload. */
export function signalProblems(draft: Draft, env: Env): Problem[] {
  const outline = outlineOf(draft);
  return JUDGES.flatMap((judge) => judge(outline, draft, env));
}
