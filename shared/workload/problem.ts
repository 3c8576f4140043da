// What is wrong with something a user declared, as data; and the rule that a secret is never repeated in it.

/** One thing that is wrong, with all a user needs to put it right. */
export interface Problem {
  /** Name of an app setting, or file and field: `workloads/orders.yaml: cpu`. */
  path: string;
  /** What was found, fit to be shown; undefined when nothing was there. */
  value: string | undefined;
  /** Continues the path: `is not a number`. */
  message: string;
  allowed: string;
  /** The valid name or value that is most like the one found. */
  nearest?: string | undefined;
}

/** Stands for a value that must not be shown. */
export const HIDDEN = '(hidden)';

const LONGEST_SHOWN = 80;
// Connection strings, signed addresses and addresses with a user name end up in wrong settings by paste.
const SECRET = /(key|signature|password|pwd|secret|token|sig)\s*[=:]|:\/\/[^/\s]*@/i;

/** The value as messages and views may show it: nothing that looks like a secret, and not more than a line. */
export function shown(value: unknown, secret = false): string | undefined {
  if (value === undefined) return undefined;
  // JSON has no word for what is no finite number.
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
  if (secret || SECRET.test(text)) return text === '' ? '' : HIDDEN;
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text;
}

/** All problems as one message, a line each, in the order in which they were found. */
export function formatProblems(problems: readonly Problem[]): string {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  return [`The configuration has ${count}:`, ...problems.map((problem) => `- ${formatProblem(problem)}`)].join('\n');
}

/** One problem as one line. */
export function formatProblem({ path, value, message, allowed, nearest }: Problem): string {
  const found = value === undefined ? '' : ` (found: ${value === '' ? 'nothing' : value})`;
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return `${path} ${message}${found}. Allowed: ${allowed}.${hint}`.replaceAll(/\s*[\r\n]\s*/g, ' ');
}
