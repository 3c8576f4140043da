// Finds the real Bicep compiler: on the PATH, where `az bicep` keeps it, or restored as a NuGet package. It carries the
// types of all resource providers, so that names, versions and properties are checked without a network.

import { execFile } from 'node:child_process';
import { access, chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const PACKAGES = join(ROOT, '.local/nuget');
const PACKAGE = 'azure.bicep.commandline.linux-x64';
const MEGABYTES_64 = 64 * 1024 * 1024;

export interface Bicep {
  path: string;
  version: string;
}

/** Ways to the compiler, in the order in which they are tried; each answers a path, or throws. */
const WAYS: Record<string, () => Promise<string>> = {
  'bicep on the PATH': async () => {
    await run('bicep', ['--version']);
    return 'bicep';
  },
  'az bicep': async () => {
    await run('az', ['bicep', 'version']);
    const path = join(process.env['AZURE_CONFIG_DIR'] ?? join(homedir(), '.azure'), 'bin/bicep');
    await access(path);
    return path;
  },
  [`the NuGet package ${PACKAGE}`]: async () => {
    const project = join(import.meta.dirname, 'bicep.csproj');
    const version = /CommandLine\.linux-x64" Version="\[([\d.]+)\]"/.exec(await readFile(project, 'utf8'))?.[1] ?? '';
    const path = join(PACKAGES, PACKAGE, version, 'tools/bicep');
    // The restore writes beside the project unless told otherwise.
    await access(path).catch(() =>
      run('dotnet', ['restore', project, '--packages', PACKAGES, `-p:BaseIntermediateOutputPath=${PACKAGES}/obj/`]),
    );
    await chmod(path, 0o755);
    return path;
  },
};

/** The first compiler that runs. Throws with every way that was tried and why it failed. */
export async function findBicep(ways = WAYS): Promise<Bicep> {
  const failures: string[] = [];
  for (const [name, way] of Object.entries(ways)) {
    try {
      const path = await way();
      const { stdout } = await run(path, ['--version']);
      return { path, version: /version (\S+)/.exec(stdout)?.[1] ?? stdout.trim() };
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`);
    }
  }
  throw new Error(
    `No Bicep compiler was found, so nothing of infra/ is checked. Install bicep, Azure CLI or the .NET SDK.\n  ${failures.join('\n  ')}`,
  );
}

/** Compiles and lints every file under a folder in one process. Answers warnings and errors, each once. */
export async function buildAll(bicep: Bicep, infra: string): Promise<string[]> {
  const out = await mkdtemp(join(tmpdir(), 'spillway-bicep-'));
  const args = ['build', '--pattern', `${infra}/**/*.bicep`, '--outdir', out];
  try {
    return await diagnosticsOf(bicep, args);
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

async function diagnosticsOf({ path }: Bicep, args: string[]): Promise<string[]> {
  const { stderr } = await run(path, args, { maxBuffer: MEGABYTES_64 }).catch(
    (error: { stderr?: string; message: string }) => ({ stderr: error.stderr || error.message }),
  );
  return [...new Set(stderr.split('\n').filter((line) => line.trim() !== ''))];
}

/** The subscription of every snapshot. */
export const SUBSCRIPTION = '00000000-0000-0000-0000-00000000000a';
