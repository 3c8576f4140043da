// What the programs of the local stack share: options that are wrong give one sentence and exit code 2.

import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { nearest } from '../../../shared/workload/nearest.ts';

/** A command whose `parse` throws a CommanderError with its sentence instead of writing it. */
export const newCommand = (name: string): Command =>
  new Command(name)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} });

/** Reads an option that is a number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('A number above 0 is expected.');
}

/** Reads an option that is a whole number; its sentence names what is allowed. */
export const wholeNumber =
  (least: number, most = Number.MAX_SAFE_INTEGER) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} on` : `from ${least} to ${most}`;
    throw new InvalidArgumentError(`A whole number ${range} is expected.`);
  };

/**
 * Reads all options before it complains: one message, a line for each that is wrong. `check` says what is wrong between them;
 * what could not be read is there as it was given.
 */
export function parseAll<T extends object>(
  command: Command,
  args: string[],
  check: (options: T) => string[] = () => [],
): T {
  const problems: string[] = [];
  for (const option of command.options) {
    const parse = option.parseArg;
    if (!parse) continue;
    option.parseArg = <V>(text: string, before: V): V => {
      try {
        return parse(text, before);
      } catch (error) {
        if (!(error instanceof InvalidArgumentError)) throw error;
        problems.push(`option '${option.flags}' argument '${text}' is invalid. ${error.message}`);
        return text as V;
      }
    };
  }
  command.allowUnknownOption().allowExcessArguments().parse(args, { from: 'user' });
  problems.push(...unknown(command), ...check(command.opts<T>()));
  if (problems.length > 0) command.error(problems.map((problem) => `error: ${problem}`).join('\n'));
  return command.opts<T>();
}

/** Arguments that are no options; what follows an unknown option is taken for its value. */
function unknown({ args, options }: Command): string[] {
  const names = options.flatMap(({ long }) => long ?? []);
  return args.flatMap((arg, index) => {
    if (!arg.startsWith('-')) return args[index - 1]?.startsWith('-') ? [] : [`'${arg}' is no option`];
    const like = nearest(arg.split('=')[0] ?? '', names);
    return [`unknown option '${arg}'${like === undefined ? '' : `. Did you mean ${like}?`}`];
  });
}

/** Writes to stderr. */
export const complain = (text: string): void => void process.stderr.write(`${text}\n`);

export const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** All that was asked for, or an error that says everything that is wrong, a line each. */
export async function allOf<T extends readonly unknown[]>(asked: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  const failed = (await Promise.allSettled(asked)).flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  // What one waits for fails with it.
  if (failed.length > 0) throw new Error([...new Set(failed.map(sentenceOf))].join('\n'));
  return Promise.all(asked) as Promise<unknown> as Promise<T>;
}

/** Runs a program; what it returns is the exit code. Servers that it left, because it failed half-way, end with it. */
export async function runProgram(program: () => Promise<number>): Promise<void> {
  const code = await program().catch((error: unknown) => {
    if (!(error instanceof CommanderError)) throw error;
    // Help ends this way too, and is no error.
    if (error.exitCode === 0) return 0;
    complain(error.message);
    return 2;
  });
  process.stdout.write('', () => process.exit(code));
}
