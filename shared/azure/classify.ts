// Which of the four classes a failure of Azure belongs to. Text decides before the code, because Azure uses one code for
// different things; then the code; then the HTTP status; and when no answer came, whether the call was a write. Whatever
// is not listed fails towards the class that promises least: an unlisted answer to a write never frees what it asked for
// when the write may have happened.

import { inspect } from 'node:util';
import type { Failure, FailureClass } from '../ports/errors.ts';

/** A read may be repeated freely; a write that got no definite answer may have happened. */
export type CallKind = 'read' | 'write';

/** `unsettled` is `unknown` for a write, which may have happened, and `wait` for a read, which changes nothing. */
type Verdict = FailureClass | 'unsettled';

/** Azure names no time for most of its refusals; for a group in transition its documentation asks for at least 10 s. */
const DEFAULT_WAIT_MS = 10_000;
/** A role that was just assigned works within ten minutes at the latest: a right that is missing is asked for each minute. */
const RIGHT_WAIT_MS = 60_000;
const MAY_PROPAGATE = 'A role may still be propagating, which takes up to ten minutes.';
/** A longer wait than this is a longer silence than an evaluation may plan for; it asks again instead. */
const MAX_WAIT_MS = 300_000;

// Only codes whose class does not follow from their HTTP status, or whose status the documentation leaves open.
const CODES: Record<string, Verdict> = {
  AnotherOperationInProgress: 'wait',
  Conflict: 'wait',
  RegistryErrorResponse: 'wait',
  ResourceNotFound: 'wait',
  RetryableError: 'wait',
  RetryableErrorDueToAnotherOperation: 'wait',
  ServerBusyError: 'wait',
  ServiceAssociationLinkNotReady: 'wait',
  SubscriptionRequestsThrottled: 'wait',
  TooManyRequests: 'wait',
  AllocationFailed: 'elsewhere',
  ContainerGroupQuotaReached: 'elsewhere',
  InsufficientCapacity: 'elsewhere',
  OverconstrainedAllocationRequest: 'elsewhere',
  OverconstrainedZonalAllocationRequest: 'elsewhere',
  QuotaExceeded: 'elsewhere',
  SkuNotAvailable: 'elsewhere',
  ZonalAllocationFailed: 'elsewhere',
  InaccessibleImage: 'permanent',
  MissingSubscriptionRegistration: 'permanent',
  OsVersionNotSupported: 'permanent',
  PriorityNotSpecified: 'permanent',
  RequestDisallowedByPolicy: 'permanent',
  ResourceGroupBeingDeleted: 'permanent',
  ScopeLocked: 'permanent',
  SpotPriorityContainerGroupNotSupportedForInboundConnectivity: 'permanent',
  SpotPriorityContainerGroupNotSupportedInSku: 'permanent',
  SpotPriorityContainerGroupWithGPUResourcesNotSupported: 'permanent',
  SubnetDelegationsCannotChangeWhenSubnetUsedByResource: 'permanent',
  // A transition that a write ran into may be the very write's own first attempt, so it is not a definite refusal.
  ContainerGroupTransitioning: 'unsettled',
  GatewayTimeout: 'unsettled',
  InternalServerError: 'unsettled',
  ServerTimeout: 'unsettled',
  // Codes of the Service Bus client, which carry no HTTP status.
  MessagingEntityNotFound: 'permanent',
  MessageSizeExceeded: 'permanent',
  UnauthorizedAccess: 'wait',
  ServiceBusy: 'wait',
};

const STATUS_CODES: Record<number, string> = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  412: 'PreconditionFailed',
  429: 'TooManyRequests',
};

interface Evidence {
  code?: string | undefined;
  status?: number | undefined;
  message: string;
  header: (name: string) => string | undefined;
}

/** Puts anything that a client threw into one of the four classes. Never throws. */
export function classify(error: unknown, call: CallKind): Failure {
  const evidence = evidenceOf(error);
  const verdict =
    byText(evidence) ??
    (evidence.code && Object.hasOwn(CODES, evidence.code) ? CODES[evidence.code] : undefined) ??
    byStatus(evidence.status) ??
    byName(error);
  const settled = call === 'write' ? 'unknown' : 'wait';
  const failureClass = verdict === 'unsettled' ? settled : verdict;
  const asked = retryAfter(evidence);
  const rightMissing = failureClass === 'wait' && evidence.status === 403;
  const usual = rightMissing ? RIGHT_WAIT_MS : DEFAULT_WAIT_MS;
  const retryAfterMs = failureClass === 'wait' ? (asked ?? usual) : asked;
  return {
    class: failureClass,
    code: nameOf(evidence, error),
    message: rightMissing ? `${evidence.message} ${MAY_PROPAGATE}` : evidence.message,
    ...(evidence.status === undefined ? {} : { status: evidence.status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs: Math.min(retryAfterMs, MAX_WAIT_MS) }),
  };
}

function nameOf({ code, status }: Evidence, error: unknown): string {
  // Codes of the operating system and of the HTTP client say how the connection failed; the message keeps them.
  if (code && !/^E[A-Z_]+$|^REQUEST_SEND_ERROR$/.test(code)) return code;
  if (status !== undefined) return STATUS_CODES[status] ?? `Http${status}`;
  const unanswered =
    !(error instanceof Error) || ['Error', 'RestError', 'AbortError', 'TimeoutError'].includes(error.name);
  return unanswered ? 'Network' : error.name;
}

function byText({ code, status, message }: Evidence): Verdict | undefined {
  // The guard against fraud answers with a limit of 0 for container groups: another place would only feed it.
  if (/quota 'ContainerGroups' exceeded.*Limit: '0'/s.test(message)) return 'permanent';
  // 409 is a shortage in the region; 503 of the same name is a front end that has trouble.
  if (
    code === 'ServiceUnavailable' &&
    (status === 409 || message.includes('resource is not available in the location'))
  )
    return 'elsewhere';
  if (code === 'OperationNotAllowed') return /quota|exceed/i.test(message) ? 'elsewhere' : undefined;
  return undefined;
}

function byStatus(status: number | undefined): Verdict | undefined {
  if (status === undefined) return undefined;
  // 401 is a token that has run out or is not valid yet; the next call brings a new one. 403 is a right of ours that is missing,
  // which no other revision would have: whoever grants it needs to do nothing else.
  if ([401, 403, 409, 412, 429].includes(status)) return 'wait';
  if (status === 408 || status >= 500 || status < 400) return 'unsettled';
  return 'permanent';
}

// No answer came. Only what certainly never left this machine has certainly not happened.
function byName(error: unknown): Verdict {
  const { name, code } = (error instanceof Error ? error : {}) as { name?: string; code?: string };
  const unsent = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(code ?? '');
  const tokenless = /^(CredentialUnavailable|AggregateAuthentication|Authentication|AuthenticationRequired)Error$/;
  return unsent || tokenless.test(name ?? '') ? 'wait' : 'unsettled';
}

function evidenceOf(error: unknown): Evidence {
  if (!(error instanceof Error)) return { message: inspect(error), header: () => undefined };
  // A failed long-running operation is a plain Error; its code is only in its text.
  const failed = /operation has failed\.\s+(\w+)\.\s+(.*)/s.exec(error.message);
  if (failed) return { code: failed[1], message: failed[2] ?? '', header: () => undefined };
  const known = error as Error & {
    code?: string;
    statusCode?: number;
    details?: { odataError?: { code?: string } };
    response?: { headers?: { get(name: string): string | undefined } };
  };
  return {
    code: known.code ?? known.details?.odataError?.code,
    status: known.statusCode,
    message: error.message,
    header: (header) => known.response?.headers?.get(header),
  };
}

/** What the answer says about when to come back, in milliseconds. */
function retryAfter({ message, header }: Evidence): number | undefined {
  const milliseconds = Number(header('retry-after-ms') ?? header('x-ms-retry-after-ms') ?? Number.NaN);
  if (milliseconds >= 0) return milliseconds;
  const after = header('retry-after');
  if (after !== undefined) {
    // A date counts from the answer's own date, so that a wrong clock here does not matter.
    const wait = Number.isNaN(Number(after))
      ? Date.parse(after) - Date.parse(header('date') ?? '')
      : Number(after) * 1000;
    if (wait >= 0) return wait;
  }
  const told = /try again after '([\d.]+)' (second|minute)s/.exec(message);
  return told ? Number(told[1]) * (told[2] === 'minute' ? 60_000 : 1000) : undefined;
}
