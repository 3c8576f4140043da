// The compiler as one process that answers many questions: JSON-RPC with headers, as editors speak it. Starting the
// compiler takes seconds, a question to a running one a fraction of that.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { SUBSCRIPTION, type Bicep } from './bicep.ts';

export interface Resource {
  type: string;
  name: string;
  id: string;
  properties?: Record<string, unknown>;
  [more: string]: unknown;
}

/** What a deployment with given parameters would create, as the compiler predicts it: expressions are evaluated. */
export interface Snapshot {
  predictedResources: Resource[];
  diagnostics: unknown[];
}

interface Answer {
  id: number;
  result?: unknown;
  error?: { message: string };
}

interface Compiled {
  success: boolean;
  diagnostics: { level: string; code: string; message: string }[];
  contents?: string;
}

export class Compiler {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #received = Buffer.alloc(0);
  #asked = 0;

  constructor({ path }: Bicep) {
    this.#child = spawn(path, ['jsonrpc', '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#child.stdout?.on('data', (chunk: Buffer) => this.#take(chunk));
    const lost = (): void => {
      for (const [id, settle] of this.#waiting) settle({ id, error: { message: 'The Bicep compiler has ended.' } });
      this.#waiting.clear();
    };
    this.#child.on('exit', lost).on('error', lost);
  }

  /** The ARM template of a file. Throws with its diagnostics when there are any. */
  async compile(file: string): Promise<string> {
    const { diagnostics, contents } = (await this.#ask('bicep/compile', { path: file })) as Compiled;
    if (diagnostics.length > 0 || contents === undefined) throw new Error(textOf(diagnostics));
    return contents;
  }

  /** Throws with the diagnostics when the parameters do not fit the template at `template`. */
  async snapshot(template: string, parameters: Record<string, unknown>): Promise<Snapshot> {
    const folder = await mkdtemp(join(tmpdir(), 'spillway-snapshot-'));
    try {
      const file = join(folder, 'main.bicepparam');
      const lines = Object.entries(parameters).map(([name, value]) => `param ${name} = ${literal(value)}`);
      // The compiler takes relative paths only.
      await writeFile(file, [`using '${relative(folder, template)}'`, ...lines].join('\n'));
      const metadata = { subscriptionId: SUBSCRIPTION, location: 'westeurope', deploymentName: 'test' };
      // The answer to a snapshot that fails gives no reasons.
      const { diagnostics } = (await this.#ask('bicep/compileParams', {
        path: file,
        parameterOverrides: {},
      })) as Compiled;
      if (diagnostics.length > 0) throw new Error(textOf(diagnostics));
      const answer = (await this.#ask('bicep/getSnapshot', { path: file, metadata })) as { snapshot: string };
      return JSON.parse(answer.snapshot) as Snapshot;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  close(): void {
    this.#child.kill();
  }

  async #ask(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#asked;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.set(id, resolve);
    const body = JSON.stringify({ jsonrpc: '2.0', id, method, params });
    this.#child.stdin?.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    const { result, error } = await promise;
    if (error) throw new Error(error.message);
    return result;
  }

  #take(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const head = this.#received.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/Content-Length: (\d+)/.exec(this.#received.toString('latin1', 0, head))?.[1]);
      const end = head + 4 + length;
      if (this.#received.length < end) return;
      const answer = JSON.parse(this.#received.toString('utf8', head + 4, end)) as Answer;
      this.#received = this.#received.subarray(end);
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    }
  }
}

const textOf = (diagnostics: Compiled['diagnostics']): string =>
  diagnostics.map(({ level, code, message }) => `${level} ${code}: ${message}`).join('\n');

const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", String.raw`\'`)}'` : JSON.stringify(value);
