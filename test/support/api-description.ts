// Holds an HTTP exchange against the official API descriptions (Swagger 2.0): is there such an operation, are query and
// request body allowed, is the status declared, does the answer have the described shape. Fields the description does
// not know are allowed in answers: services return more than they describe.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { Exchange } from '../../tools/local/azure/server.ts';

type Json = Record<string, unknown>;

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header' | 'body';
  required?: boolean;
  schema?: Json;
  type?: string;
}

interface Operation {
  operationId: string;
  parameters: Parameter[];
  /** False when a parameter is described in a file that is not at hand, so unknown names cannot be told. */
  complete: boolean;
  responses: Record<string, { schema?: Json }>;
  longRunning: boolean;
}

interface Path {
  pattern: RegExp;
  literals: number;
  operations: Record<string, Operation>;
}

export interface Validator {
  /** The disagreements of an exchange with the description, as sentences; none when it agrees. */
  check(exchange: Exchange): string[];
}

const documents = [
  'containerinstance/resource-manager/Microsoft.ContainerInstance/stable/2023-05-01/containerInstance.json',
  'compute/resource-manager/Microsoft.Compute/ComputeRP/stable/2024-07-01/virtualMachineScaleSet.json',
  'compute/resource-manager/Microsoft.Compute/ComputeRP/stable/2024-07-01/virtualMachine.json',
  'privatedns/resource-manager/Microsoft.Network/stable/2024-06-01/privatedns.json',
  'standbypool/resource-manager/Microsoft.StandbyPool/preview/2024-03-01-preview/standbypool.json',
  'monitor/resource-manager/Microsoft.Insights/stable/2022-10-01/autoscale_API.json',
  'monitor/data-plane/Microsoft.Insights/stable/2024-02-01/metricBatch.json',
];
// The metrics batch refers to a file that is not in the collection; its predecessor describes the same models.
const standIn = 'monitor/resource-manager/Microsoft.Insights/stable/2021-05-01/metrics_API.json';

/** The folder of the official descriptions beside the repository, if it is there. */
export function specsFolder(): string | undefined {
  const folder = fileURLToPath(new URL('../../../shared/specs/', import.meta.url));
  return existsSync(join(folder, 'azure-rest-api-specs')) ? folder : undefined;
}

/** Reads the descriptions in `folder`. Throws when a description is missing or cannot be compiled. */
export function createValidator(folder: string): Validator {
  const root = pathToFileURL(join(folder, 'azure-rest-api-specs/specification/')).href;
  // A request must not be asked for read-only fields; apart from that requests and answers share their schemas.
  const requests = new Library(root, dropReadOnlyRequired);
  const answers = new Library(root, openEnums);
  const paths = documents.flatMap((name) => pathsOf(root + name, answers, requests));
  paths.sort((a, b) => b.literals - a.literals);
  return { check: (exchange) => check(exchange, paths, requests, answers) };
}

// Networks and rights are of providers whose descriptions are not at hand.
const UNDESCRIBED =
  /\/providers\/(Microsoft\.Authorization\/permissions|Microsoft\.Network\/virtualNetworks\/[^/]+(\/usages|\/subnets\/[^/]+)?)$/i;

function check(exchange: Exchange, paths: Path[], requests: Library, answers: Library): string[] {
  const url = new URL(exchange.url, 'https://local');
  // Status URLs are no operations of a description, and data planes other than the metrics batch are not described here.
  const opaque = /\/locations\/[^/]+\/operations\//i.test(url.pathname) || !url.pathname.startsWith('/subscriptions/');
  if (opaque || UNDESCRIBED.test(url.pathname)) return [];
  const path = paths.find(({ pattern, operations }) => pattern.test(url.pathname) && operations[methodOf(exchange)]);
  const operation = path?.operations[methodOf(exchange)];
  if (!operation) return [`${exchange.method} ${url.pathname} is described nowhere`];
  const problems = [
    ...queryProblems(operation, url.searchParams),
    ...requestProblems(operation, exchange, requests),
    ...answerProblems(operation, exchange, answers),
  ];
  return problems.map((problem) => `${operation.operationId}: ${problem}`);
}

function queryProblems({ parameters, complete }: Operation, query: URLSearchParams): string[] {
  const known = parameters.filter((parameter) => parameter.in === 'query');
  const missing = known.filter(({ name, required }) => required && !query.has(name));
  const unknown = complete ? [...query.keys()].filter((name) => !known.some((each) => each.name === name)) : [];
  const numbers = known.filter(
    ({ name, type }) => type === 'integer' && query.has(name) && !/^\d+$/.test(query.get(name) ?? ''),
  );
  return [
    ...missing.map(({ name }) => `query parameter ${name} is missing`),
    // A page link is the service's to make; its token is never described.
    ...unknown.filter((name) => name !== '$skiptoken').map((name) => `query parameter ${name} is unknown`),
    ...numbers.map(({ name }) => `query parameter ${name} is not an integer`),
  ];
}

function requestProblems({ parameters }: Operation, { requestBody }: Exchange, schemas: Library): string[] {
  const body = parameters.find((parameter) => parameter.in === 'body');
  if (!body?.schema) return requestBody === undefined ? [] : ['the request has a body, but none is described'];
  if (requestBody === undefined) return body.required ? ['the request has no body'] : [];
  return schemas.problems(body.schema, requestBody).map((problem) => `request ${problem}`);
}

function answerProblems({ responses, longRunning }: Operation, exchange: Exchange, schemas: Library): string[] {
  const { status, responseBody, responseHeaders } = exchange;
  const response = responses[status] ?? (status >= 400 ? (responses['default'] ?? {}) : undefined);
  if (!response) return [`status ${status} is not described`];
  if (longRunning && status === 202 && !responseHeaders['azure-asyncoperation'] && !responseHeaders['location']) {
    return ['status 202 without a status URL'];
  }
  if (!response.schema) {
    return responseBody === undefined || status >= 400 ? [] : [`status ${status} has a body, but none is described`];
  }
  return schemas.problems(response.schema, responseBody).map((problem) => `answer ${status} ${problem}`);
}

function pathsOf(uri: string, answers: Library, requests: Library): Path[] {
  const described = answers.load(uri)['paths'] as Record<string, Record<string, Json>>;
  const asked = requests.load(uri)['paths'] as Record<string, Record<string, Json>>;
  return Object.entries(described).map(([template, methods]) => ({
    pattern: new RegExp(`^${template.replace(/[.$]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}/?$`, 'i'),
    literals: template.replace(/\{\w+\}/g, '').length,
    operations: Object.fromEntries(
      Object.entries(methods).map(([method, answer]) => [
        method,
        operationOf(answer, (asked[template]?.[method]?.['parameters'] ?? []) as Json[], requests),
      ]),
    ),
  }));
}

function operationOf(described: Json, raw: Json[], requests: Library): Operation {
  const parameters = raw.map((each) => (typeof each['$ref'] === 'string' ? requests.follow(each['$ref']) : each));
  return {
    operationId: String(described['operationId']),
    parameters: parameters.filter((each) => each !== undefined) as unknown as Parameter[],
    complete: !parameters.includes(undefined) && raw.every((each) => Object.keys(each).length > 0),
    responses: described['responses'] as Operation['responses'],
    longRunning: described['x-ms-long-running-operation'] === true,
  };
}

/** The documents of one collection, with references made absolute, and the schemas compiled from them. */
class Library {
  #root: string;
  #adapt: (schema: Json) => void;
  #documents = new Map<string, Json>();
  #compiled = new Map<Json, ValidateFunction>();
  #ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false, logger: false });

  constructor(root: string, adapt: (schema: Json) => void) {
    this.#root = root;
    this.#adapt = adapt;
    addFormats.default(this.#ajv);
    for (const format of ['arm-id', 'url', 'decimal']) this.#ajv.addFormat(format, true);
  }

  load(uri: string): Json {
    const known = this.#documents.get(uri);
    if (known) return known;
    const document = JSON.parse(readFileSync(fileURLToPath(uri), 'utf8')) as Json;
    this.#documents.set(uri, document);
    this.#prepare(document, uri);
    this.#ajv.addSchema(document, uri);
    return document;
  }

  /** What an absolute reference points at; undefined when the collection does not have it. */
  follow(reference: string): Json | undefined {
    const [uri = '', pointer = ''] = reference.split('#');
    if (!existsSync(fileURLToPath(uri))) return undefined;
    let at: unknown = this.load(uri);
    for (const part of pointer.split('/').slice(1)) at = (at as Json | undefined)?.[part];
    return at as Json | undefined;
  }

  problems(schema: Json, value: unknown): string[] {
    const validate = this.#compiled.get(schema) ?? this.#ajv.compile(schema);
    this.#compiled.set(schema, validate);
    validate(value);
    const problems = (validate.errors ?? []).map((error) => `${error.instancePath || 'body'} ${error.message}`);
    return [...new Set(problems)];
  }

  #prepare(node: unknown, base: string): void {
    if (typeof node !== 'object' || node === null) return;
    this.#adapt(node as Json);
    const reference = (node as Json)['$ref'];
    if (typeof reference === 'string' && !reference.includes('/examples/'))
      this.#resolve(node as Json, reference, base);
    for (const [name, child] of Object.entries(node)) if (name !== 'x-ms-examples') this.#prepare(child, base);
  }

  // Makes a reference absolute and loads what it names. What cannot be found anywhere accepts anything.
  #resolve(node: Json, reference: string, base: string): void {
    let target = new URL(reference, base).href;
    if (!existsSync(fileURLToPath(target.split('#')[0] ?? ''))) {
      target = `${this.#root}${standIn}#${target.split('#')[1] ?? ''}`;
    }
    if (this.follow(target)) node['$ref'] = target;
    else delete node['$ref'];
  }
}

function dropReadOnlyRequired(schema: Json): void {
  const { required, properties } = schema as { required?: unknown; properties?: Record<string, Json> };
  if (!Array.isArray(required) || !properties) return;
  schema['required'] = required.filter((name) => properties[String(name)]?.['readOnly'] !== true);
}

// An enumeration that is modelled as a string may grow: an answer with a new value is no fault. And what is marked as a
// secret is never given back, required or not: the official examples leave it out, too.
function openEnums(schema: Json): void {
  if ((schema['x-ms-enum'] as Json | undefined)?.['modelAsString'] === true) delete schema['enum'];
  const { required, properties } = schema as { required?: unknown; properties?: Record<string, Json> };
  if (!Array.isArray(required) || !properties) return;
  schema['required'] = required.filter((name) => properties[String(name)]?.['x-ms-secret'] !== true);
}

const methodOf = ({ method }: Exchange): string => method.toLowerCase();
