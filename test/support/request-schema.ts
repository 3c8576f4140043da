// Holds the body of a request against the JSON schemas that Azure Resource Manager publishes for templates. They are
// newer than the descriptions of operations, but tell only of bodies. A field that a schema does not name is a problem.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { specsFolder } from './api-description.ts';

type Json = Record<string, unknown>;

const COMMON = 'https://schema.management.azure.com/schemas/common/definitions.json';
/** Template expressions, which a request never holds. */
const common = { $id: COMMON, definitions: { expression: false } };

/** The problems of `body` as a resource of this type; undefined where the schemas are not at hand. */
export function requestProblems(
  { namespace, type, apiVersion }: { namespace: string; type: string; apiVersion: string },
  body: Json,
): string[] | undefined {
  const folder = specsFolder();
  if (folder === undefined) return undefined;
  const file = join(folder, 'azure-resource-manager-schemas/schemas', apiVersion, `${namespace}.json`);
  const { definitions, resourceDefinitions } = closed(JSON.parse(readFileSync(file, 'utf8'))) as Json;
  const ajv = new Ajv({ strict: false, allErrors: true });
  ajv.addSchema(common);
  const validate = ajv.compile({ definitions, resourceDefinitions, $ref: `#/resourceDefinitions/${type}` });
  validate({ name: 'any', type: `${namespace}/${type}`, apiVersion, ...body });
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** The same schema, where objects hold nothing but what is named. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const named = copy['type'] === 'object' && Object.keys((copy['properties'] as Json | undefined) ?? {}).length > 0;
  return named && !('additionalProperties' in copy) ? { ...copy, additionalProperties: false } : copy;
}
