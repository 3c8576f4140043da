import { describe, expect, test } from 'vitest';
import type { Exchange } from '../../tools/local/azure/server.ts';
import { createValidator, specsFolder } from './api-description.ts';
import { groupBody, subscription } from './azure-samples.ts';

const folder = specsFolder();
const path = `/subscriptions/${subscription}/resourceGroups/rg/providers/Microsoft.ContainerInstance/containerGroups/a`;

const exchange = (changes: Partial<Exchange>): Exchange => ({
  method: 'PUT',
  url: `${path}?api-version=2023-05-01`,
  requestBody: groupBody(),
  status: 201,
  responseHeaders: {},
  responseBody: groupBody(),
  ...changes,
});

// The descriptions are not part of this repository; where they are absent, these tests have nothing to hold against.
describe.skipIf(folder === undefined)('an exchange held against the official API descriptions', () => {
  // The body of a suite that is skipped runs all the same.
  const validator = folder === undefined ? undefined : createValidator(folder);
  const check = (each: Exchange): string[] | undefined => validator?.check(each);

  test('agrees when it is as described', () => {
    expect(check(exchange({}))).toEqual([]);
  });

  test('may have more fields than described', () => {
    expect(check(exchange({ responseBody: { ...groupBody(), isCustom: true } }))).toEqual([]);
  });

  test.each<[string, Partial<Exchange>, RegExp]>([
    ['an unknown operation', { url: `/subscriptions/${subscription}/nothing` }, /described nowhere/],
    ['a query parameter nobody described', { url: `${path}?api-version=2023-05-01&x=1` }, /parameter x is unknown/],
    ['a missing api-version', { url: path }, /api-version is missing/],
    [
      'a request without what is required',
      { requestBody: { properties: { containers: [] } } },
      /request .*required property 'osType'/,
    ],
    ['a status that is not described', { status: 202 }, /status 202 is not described/],
    ['an answer of another type', { responseBody: { ...groupBody(), tags: { a: 1 } } }, /answer 201 \/tags\/a must be/],
    ['an answer that is missing', { responseBody: undefined }, /answer 201 body must be object/],
  ])('%s is reported', (_, changes, problem) => {
    expect(check(exchange(changes))).toEqual([expect.stringMatching(problem)]);
  });
});
