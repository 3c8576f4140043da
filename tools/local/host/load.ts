// Loads a built function app as the Node worker does: every file that `main` in package.json names, in order of name.

import { globSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FunctionMetadata, ProgrammingModel } from './core-api.ts';

export interface App {
  functions: { metadata: FunctionMetadata; handler: unknown }[];
  model: ProgrammingModel;
}

const coreModule = '@azure/functions-core';

/** Loads the app under `root`. Throws when an entry does, as that takes the whole app down on Azure too. */
export async function loadApp(root: string, log: (level: string, message: string) => void): Promise<App> {
  const functions: App['functions'] = [];
  let model: ProgrammingModel | undefined;
  supplyCore({
    version: '1.0.0',
    hostVersion: '4.1000.0',
    registerFunction(metadata: FunctionMetadata, handler: unknown) {
      if (functions.some((other) => other.metadata.name === metadata.name))
        throw new Error(`A function with name '${metadata.name}' is registered already; names must be unique.`);
      functions.push({ metadata, handler });
    },
    setProgrammingModel: (given: ProgrammingModel) => (model = given),
    registerHook(name: string) {
      throw new Error(`The local host does not model hooks: app.hook.${name} would have no effect; remove it.`);
    },
    log: (level: string, _category: string, message: string) => log(level, message),
  });

  const { main } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { main?: string };
  const entries = main === undefined ? [] : globSync(main, { cwd: root }).sort();
  for (const entry of entries) {
    try {
      await import(pathToFileURL(join(root, entry)).href);
    } catch (cause) {
      throw new Error(`The app is down, because its entry ${entry} failed to load: ${String(cause)}`, { cause });
    }
  }
  if (!model) throw new Error(`No function is registered by 'main' of ${root}/package.json (${main}). Is it built?`);
  if ('HttpUri' in (await model.getCapabilities({})))
    throw new Error('The local host does not model HTTP streaming: remove enableHttpStream from app.setup.');
  return { functions, model };
}

/** `@azure/functions` asks for the core by `require`, which these hooks serve as well as `import`. */
function supplyCore(core: object): void {
  Object.assign(globalThis, { [Symbol.for(coreModule)]: core });
  const url = `spillway:${coreModule}`;
  const source = `module.exports = globalThis[Symbol.for('${coreModule}')]`;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === coreModule ? { url, format: 'commonjs', shortCircuit: true } : next(specifier, context),
    load: (address, context, next) =>
      address === url ? { format: 'commonjs', source, shortCircuit: true } : next(address, context),
  });
}
