import { CredentialUnavailableError } from '@azure/identity';
import { createHttpHeaders, createPipelineRequest, RestError } from '@azure/core-rest-pipeline';
import { ServiceBusError } from '@azure/service-bus';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify } from '../../../shared/azure/classify.ts';
import type { FailureClass } from '../../../shared/ports/errors.ts';

interface Answer {
  status?: number;
  code?: string;
  message?: string;
  headers?: Record<string, string>;
}

function answered({ status, code, message = '', headers = {} }: Answer): RestError {
  const request = createPipelineRequest({ url: 'https://management.azure.com/' });
  const options = { request, ...(code === undefined ? {} : { code }) };
  if (status === undefined) return new RestError(message, options);
  const response = { request, status, headers: createHttpHeaders(headers) };
  return new RestError(message, { ...options, statusCode: status, response });
}

const QUOTA =
  "Resource type 'Microsoft.ContainerInstance/containerGroups' container group quota 'StandardCores' exceeded in region 'eastus'. Limit: '10', Usage: '10' Requested: '1'.";
const FRAUD =
  "Resource type 'Microsoft.ContainerInstance/containerGroups' container group quota 'ContainerGroups' exceeded in region 'westus'. Limit: '0', Usage: '0' Requested: '1'.";
const CAPACITY =
  "The requested resource is not available in the location 'eastus' at this moment. Please retry with a different resource request or in another location. Resource requested: '2' CPU '4' GB memory 'Linux' OS virtual network";
const VM_QUOTA = 'Operation could not be completed as it results in exceeding approved Total Regional Cores quota.';

// What became of a write; a read differs only where the write is unknown, and then it waits.
const WRITES: [FailureClass, number, string, string?][] = [
  ['wait', 429, 'TooManyRequests'],
  ['wait', 429, 'SubscriptionRequestsThrottled'],
  ['wait', 429, 'RetryableError'],
  ['wait', 429, 'RetryableErrorDueToAnotherOperation'],
  ['wait', 409, 'AnotherOperationInProgress'],
  ['wait', 409, 'Conflict'],
  ['wait', 409, 'ServiceAssociationLinkNotReady'],
  ['wait', 409, 'RegistryErrorResponse'],
  ['wait', 409, 'OperationNotAllowed', 'The scale set is being updated.'],
  ['wait', 412, 'PreconditionFailed'],
  ['wait', 401, 'ExpiredAuthenticationToken'],
  ['wait', 401, 'InvalidAuthenticationToken'],
  ['wait', 404, 'ResourceNotFound'],
  ['elsewhere', 409, 'ServiceUnavailable', CAPACITY],
  ['elsewhere', 400, 'ContainerGroupQuotaReached', QUOTA],
  ['elsewhere', 409, 'ContainerGroupQuotaReached', QUOTA],
  ['elsewhere', 409, 'OperationNotAllowed', VM_QUOTA],
  ['elsewhere', 409, 'AllocationFailed'],
  ['elsewhere', 409, 'ZonalAllocationFailed'],
  ['elsewhere', 409, 'OverconstrainedAllocationRequest'],
  ['elsewhere', 409, 'SkuNotAvailable'],
  ['elsewhere', 409, 'InsufficientCapacity'],
  ['permanent', 409, 'ServiceUnavailable', FRAUD],
  ['permanent', 400, 'InaccessibleImage'],
  ['permanent', 409, 'InaccessibleImage'],
  ['permanent', 400, 'OsVersionNotSupported'],
  ['permanent', 400, 'BadRequest'],
  ['permanent', 400, 'InvalidRequestContent'],
  ['permanent', 400, 'ContainerLimitGreaterThanContainerGroupTotalRequest'],
  ['permanent', 400, 'InvalidApiVersionParameter'],
  ['permanent', 400, 'SpotPriorityContainerGroupNotSupportedForInboundConnectivity'],
  ['permanent', 400, 'SpotPriorityContainerGroupNotSupportedInSku'],
  ['permanent', 400, 'SpotPriorityContainerGroupWithGPUResourcesNotSupported'],
  ['permanent', 400, 'PriorityNotSpecified'],
  ['permanent', 403, 'RequestDisallowedByPolicy'],
  ['permanent', 404, 'ResourceGroupNotFound'],
  ['permanent', 404, 'SubscriptionNotFound'],
  ['permanent', 409, 'MissingSubscriptionRegistration'],
  ['permanent', 409, 'ScopeLocked'],
  ['permanent', 409, 'ResourceGroupBeingDeleted'],
  ['unknown', 409, 'ContainerGroupTransitioning'],
  ['unknown', 408, 'RequestTimeout'],
  ['unknown', 500, 'InternalServerError'],
  ['unknown', 503, 'ServerTimeout'],
  ['unknown', 503, 'ServiceUnavailable', 'The service is unavailable.'],
  ['unknown', 504, 'GatewayTimeout'],
];

describe('an error that Azure answered', () => {
  it.each(WRITES)('is %s for a write that was answered %i %s', (expected, status, code, message = 'text') => {
    const failure = classify(answered({ status, code, message }), 'write');
    expect(failure).toMatchObject({ class: expected, code, status, message });
  });

  it.each(WRITES)('never leaves a read unknown: %s %i %s', (expected, status, code, message = 'text') => {
    const failure = classify(answered({ status, code, message }), 'read');
    expect(failure.class).toBe(expected === 'unknown' ? 'wait' : expected);
  });

  it.each([
    [401, 'Unauthorized'],
    [403, 'Forbidden'],
    [412, 'PreconditionFailed'],
    [429, 'TooManyRequests'],
    [502, 'Http502'],
  ])('without a code is named after its status %i', (status, code) => {
    expect(classify(answered({ status }), 'write').code).toBe(code);
  });

  it('of a table is known by the code in its details', () => {
    const error = Object.assign(answered({ status: 409 }), { details: { odataError: { code: 'TableBeingDeleted' } } });
    expect(classify(error, 'write')).toMatchObject({ class: 'wait', code: 'TableBeingDeleted' });
  });
});

const wait = (headers: Record<string, string>, message = ''): number | undefined =>
  classify(answered({ status: 429, headers, message }), 'read').retryAfterMs;

describe('a right that is missing', () => {
  it.each(['AuthorizationFailed', 'LinkedAuthorizationFailed', 'Forbidden'])(
    'is asked for again each minute, because its role may still be propagating: %s',
    (code) => {
      expect(classify(answered({ status: 403, code, message: 'no right.' }), 'write')).toMatchObject({
        class: 'wait',
        retryAfterMs: 60_000,
        message: 'no right. A role may still be propagating, which takes up to ten minutes.',
      });
    },
  );
});

describe('the wait', () => {
  it('is what Retry-After says, in seconds', () => expect(wait({ 'Retry-After': '17' })).toBe(17_000));
  it('is the distance of a Retry-After date from the date of the answer', () => {
    const date = 'Wed, 25 Nov 2026 10:00:00 GMT';
    expect(wait({ date, 'retry-after': 'Wed, 25 Nov 2026 10:00:42 GMT' })).toBe(42_000);
  });
  it('may be told in milliseconds', () => expect(wait({ 'x-ms-retry-after-ms': '250' })).toBe(250));
  it('is read from the text where Azure tells it only there', () => {
    const text = "exceeded the limit of '20' for time interval '00:05:00'. Please try again after '1.25' minutes.";
    expect(wait({}, text)).toBe(75_000);
  });
  it('is 10 s where nothing is told', () => expect(wait({})).toBe(10_000));
  it('is 10 s where nonsense is told', () => expect(wait({ 'retry-after': 'soon' })).toBe(10_000));
  it('is never longer than 300 s', () => expect(wait({ 'retry-after': '86400' })).toBe(300_000));
  it('is kept for a write whose outcome is unknown', () => {
    expect(classify(answered({ status: 503, headers: { 'retry-after': '5' } }), 'write').retryAfterMs).toBe(5000);
  });
});

describe('a failed long-running operation', () => {
  it.each([
    ['elsewhere', 'ServiceUnavailable', CAPACITY],
    ['elsewhere', 'ContainerGroupQuotaReached', QUOTA],
    ['elsewhere', 'AllocationFailed', 'Allocation failed.'],
    ['permanent', 'ServiceUnavailable', FRAUD],
    ['permanent', 'InaccessibleImage', "The image 'x' in container group 'y' is not accessible."],
    ['unknown', 'InternalServerError', 'Try again.'],
  ])('is %s when its text says %s', (expected, code, text) => {
    const error = new Error(`The long-running operation has failed. ${code}. ${text}`);
    expect(classify(error, 'write')).toMatchObject({ class: expected, code, message: text });
  });
});

describe('a call that got no answer', () => {
  const aborted = Object.assign(new Error('The operation was aborted.'), { name: 'AbortError' });

  it.each([
    ['a time-out', aborted],
    ['a lost connection', answered({ code: 'ECONNRESET', message: 'read ECONNRESET' })],
    ['a socket that hung up', answered({ code: 'REQUEST_SEND_ERROR', message: 'socket hang up' })],
    ['something that is no error', 'boom'],
  ])('leaves a write unknown and lets a read wait: %s', (_, error) => {
    expect(classify(error, 'write')).toMatchObject({ class: 'unknown', code: 'Network' });
    expect(classify(error, 'read')).toMatchObject({ class: 'wait', code: 'Network', retryAfterMs: 10_000 });
  });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])('has not happened when nothing was ever sent: %s', (code) => {
    expect(classify(answered({ code, message: code }), 'write')).toMatchObject({ class: 'wait', code: 'Network' });
  });

  it('has not happened when no token could be had', () => {
    const failure = classify(new CredentialUnavailableError('no identity'), 'write');
    expect(failure).toMatchObject({ class: 'wait', code: 'CredentialUnavailableError' });
  });
});

describe('an error of Service Bus', () => {
  it.each([
    ['wait', 'ServiceBusy'],
    ['wait', 'UnauthorizedAccess'],
    ['permanent', 'MessagingEntityNotFound'],
    ['unknown', 'ServiceTimeout'],
    ['unknown', 'ServiceCommunicationProblem'],
  ] as const)('is %s for a message that met %s', (expected, code) => {
    expect(classify(new ServiceBusError('text', code), 'write')).toMatchObject({ class: expected, code });
  });

  it('of the management endpoint waits when the namespace is busy', () => {
    expect(classify(answered({ status: 503, code: 'ServerBusyError' }), 'read').class).toBe('wait');
  });
});

it('whatever is thrown, a failure comes back, and its wait is bounded', () => {
  const answers = fc
    .record({
      status: fc.option(fc.integer({ min: 100, max: 599 }), { nil: undefined }),
      code: fc.option(fc.string(), { nil: undefined }),
      message: fc.string(),
      headers: fc.constantFrom({}, { 'retry-after': '-1' }, { 'retry-after': '9e99' }, { 'retry-after-ms': 'x' }),
    })
    .map((answer) => answered(answer as Answer));
  fc.assert(
    fc.property(fc.oneof(answers, fc.anything()), fc.constantFrom('read', 'write'), (error, call) => {
      const failure = classify(error, call);
      expect(failure.code).not.toBe('');
      const classes = ['wait', 'elsewhere', 'permanent', ...(call === 'write' ? ['unknown'] : [])];
      expect(classes).toContain(failure.class);
      const bound = failure.class === 'wait' ? failure.retryAfterMs : (failure.retryAfterMs ?? 0);
      expect(bound).toBeGreaterThanOrEqual(0);
      expect(bound).toBeLessThanOrEqual(300_000);
    }),
  );
});
