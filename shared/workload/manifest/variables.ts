// Environment variables and commands. Kubernetes replaces $(NAME) in values, commands and arguments before the container
// starts; Container Instances do not, so it is done here.

import type { Container } from './kubernetes.ts';
import type { Report } from './report.ts';

export interface Variables {
  environment: Record<string, string>;
  secureEnvironment: Record<string, string>;
}

export function variablesOf({ env = [], envFrom = [] }: Container, path: string, report: Report): Variables {
  const plain = new Map<string, string>();
  const secure = new Map<string, string>();
  envFrom.forEach(({ prefix = '', configMapRef }, index) => {
    if (!configMapRef) return;
    const data = report.configMap(`${path}.envFrom.${index}.configMapRef.name`, configMapRef.name);
    for (const [key, value] of Object.entries(data)) plain.set(prefix + key, value);
  });
  env.forEach(({ name, value, valueFrom }, index) => {
    const at = `${path}.env.${index}`;
    // It may refer to what it replaces.
    const text = valueFrom ? '' : expand(value ?? '', { plain, secure }, `${at}.value`, report);
    plain.delete(name);
    secure.delete(name);
    if (valueFrom?.secretKeyRef) {
      const { name: secret, key } = valueFrom.secretKeyRef;
      secure.set(name, report.setting(`${at}.valueFrom.secretKeyRef`, secret, key));
    } else if (valueFrom?.configMapKeyRef) {
      const { name: from, key } = valueFrom.configMapKeyRef;
      plain.set(name, report.configValue(`${at}.valueFrom.configMapKeyRef`, from, key));
    } else {
      plain.set(name, text);
    }
  });
  return { environment: report.map(`${path}.env`, plain), secureEnvironment: report.map(`${path}.env`, secure) };
}

/** The command of a container, its arguments after it. */
export function commandOf(
  { command, args }: Container,
  { environment, secureEnvironment }: Variables,
  path: string,
  report: Report,
): string[] | undefined {
  if (!command && !args) return undefined;
  if (!command) {
    const allowed = 'command together with args, as the image has it for its entry point';
    report.problem(`${path}.args`, 'is refused without a command: Container Instances replace both at once', allowed);
    return undefined;
  }
  const known = { plain: new Map(Object.entries(environment)), secure: new Map(Object.entries(secureEnvironment)) };
  const read = (texts: string[], name: string): string[] =>
    texts.map((text, index) => expand(text, known, `${path}.${name}.${index}`, report));
  return [...read(command, 'command'), ...read(args ?? [], 'args')];
}

interface Known {
  plain: ReadonlyMap<string, string>;
  secure: ReadonlyMap<string, string>;
}

/** `$$` is a dollar, and a reference to what is not known stays as it is. */
function expand(text: string, { plain, secure }: Known, path: string, report: Report): string {
  return text.replaceAll(/\$\$|\$\(([^)\s]+)\)/g, (whole, name: string | undefined) => {
    if (name === undefined) return '$';
    if (secure.has(name)) {
      const allowed = 'to read the variable in the container';
      report.problem(path, `is refused: it holds the value of ${name}, which is a secret`, allowed);
    }
    return plain.get(name) ?? whole;
  });
}
