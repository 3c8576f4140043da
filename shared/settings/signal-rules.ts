// Rules between signals, rules and the way they combine: every name must be known, every formula and schedule must work.

import { formulaProblem, namesIn } from '../signals/formula.ts';
import { partOf } from '../signals/named.ts';
import { scheduleProblem } from '../signals/schedule.ts';
import { nearest } from '../workload/nearest.ts';
import { shown, type Problem } from '../workload/problem.ts';
import { asksForReplicas } from '../workload/rules.ts';
import { SOURCES, sourceOf, type SignalDeclaration, type SourceKind } from '../workload/signals.ts';
import type { Draft } from './draft.ts';

type Rule = (draft: Draft) => Problem[];

const signalsOf = ({ scaling }: Draft): SignalDeclaration[] => scaling.signals ?? [];

/** Where a section stands: in an app setting, or in the file. */
function placeOf(draft: Draft, section: 'signals' | 'rules' | 'combine'): string {
  const reading = draft.readings.get(section);
  return reading?.value === undefined ? `${draft.file}: ${section}` : reading.name;
}

const at = (draft: Draft, index: number, field: string): string => `${placeOf(draft, 'signals')}.${index}.${field}`;

const namesOnce: Rule = (draft) =>
  signalsOf(draft).flatMap(({ name }, index, all) =>
    all.findIndex((other) => other.name === name) === index
      ? []
      : [
          {
            path: at(draft, index, 'name'),
            value: name,
            message: 'is the name of another signal, too',
            allowed: 'a name of its own for each signal',
          },
        ],
  );

const schedulesWork: Rule = (draft) =>
  signalsOf(draft).flatMap(({ schedule }, index) => {
    const problem = schedule && scheduleProblem(schedule);
    if (!problem) return [];
    const { field, message } = problem;
    const allowed = field === 'timeZone' ? 'a name such as Europe/Berlin' : 'a cron with five or six fields';
    return [{ path: at(draft, index, `schedule.${field}`), value: shown(schedule[field]), message, allowed }];
  });

/** Sources of which no service is asked: they never fail. A formula is as old as what it reads. */
const WITHOUT: Record<'fallback' | 'staleAfterSeconds', SourceKind[]> = {
  fallback: ['schedule', 'alert', 'hint'],
  staleAfterSeconds: ['schedule', 'alert', 'hint', 'formula'],
};

const failuresHappen: Rule = (draft) =>
  signalsOf(draft).flatMap((signal, index) =>
    (['fallback', 'staleAfterSeconds'] as const)
      .filter((field) => signal[field] !== undefined && WITHOUT[field].includes(sourceOf(signal)))
      .map((field) => ({
        path: at(draft, index, field),
        value: shown(signal[field]),
        message: `does nothing for a signal whose source is ${sourceOf(signal)}`,
        allowed: `on a signal with ${SOURCES.filter((kind) => !WITHOUT[field].includes(kind)).join(', ')}`,
      })),
  );

// Formulas read sources only: a formula of formulas could go in a circle.
const formulasWork: Rule = (draft) => {
  const sources = signalsOf(draft).filter(({ formula }) => formula === undefined);
  const known = sources.map(({ name }) => name);
  return signalsOf(draft).flatMap(({ formula }, index) =>
    formula === undefined ? [] : formulaProblems(at(draft, index, 'formula'), formula, known, partOf),
  );
};

const ruleSignalsExist: Rule = (draft) => {
  const known = signalsOf(draft).map(({ name }) => name);
  return (draft.scaling.rules ?? []).flatMap(({ signal }, index) =>
    known.includes(signal)
      ? []
      : [
          {
            path: `${placeOf(draft, 'rules')}.${index}.signal`,
            value: shown(signal),
            message: 'is no signal of this workload',
            allowed: known.join(', ') || 'a signal that is declared, and there is none',
            nearest: nearest(signal, known),
          },
        ],
  );
};

const signalsAreUsed: Rule = (draft) => {
  if (draft.fields.rules === undefined && draft.scaling.rules === undefined && signalsOf(draft).length === 0) return [];
  const inRules = new Set((draft.scaling.rules ?? []).map(({ signal }) => signal));
  const inFormulas = new Set(signalsOf(draft).flatMap(({ formula }) => namesIn(formula ?? '').map(partOf)));
  return signalsOf(draft).flatMap(({ name }, index) =>
    inRules.has(name) || inFormulas.has(name)
      ? []
      : [
          {
            path: at(draft, index, 'name'),
            value: name,
            message: 'is read by no rule and no formula, so it would scale nothing',
            allowed: 'signals that a rule or a formula names',
          },
        ],
  );
};

const combineWorks: Rule = (draft) => {
  const { combine, rules = [], queue, logQuery } = draft.scaling;
  if (combine === undefined || combine === 'max' || combine === 'sum') return [];
  const asking = rules.filter(asksForReplicas).map(({ signal }) => signal);
  const known = [...((queue ?? logQuery) ? ['queue'] : []), ...new Set(asking)];
  return formulaProblems(placeOf(draft, 'combine'), combine, known, (name) => name);
};

function formulaProblems(path: string, formula: string, known: string[], partOf: (word: string) => string): Problem[] {
  const allowed = `a formula over ${known.join(', ') || 'signals, and there is none'}`;
  const wrong = formulaProblem(formula);
  if (wrong) return [{ path, value: shown(formula), message: wrong, allowed }];
  return namesIn(formula)
    .filter((name) => !known.includes(partOf(name)))
    .map((name) => ({
      path,
      value: shown(formula),
      message: `names ${name}, which is no such signal`,
      allowed,
      nearest: nearest(name, known),
    }));
}

export const SIGNAL_RULES: Rule[] = [
  namesOnce,
  schedulesWork,
  failuresHappen,
  formulasWork,
  ruleSignalsExist,
  signalsAreUsed,
  combineWorks,
];
