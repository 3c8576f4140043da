// The identity endpoint of App Service (2019-08-01) and the check of bearer tokens.

import { type Time } from '../clock.ts';
import { type ArmAnswer, ArmError, type ArmRequest } from './arm.ts';

/** What an app is told through IDENTITY_HEADER. */
export const identityHeader = 'local-identity';
const tenant = '72f988bf-0000-4000-8000-2d7cd011db47';
const day = 86_400;

/**
 * Answers GET /msi/token. The token is a JWT in form, signed by nobody, good for a simulated day; it is valid from 1970
 * on, because Azurite checks it by the wall clock.
 */
export function token(request: ArmRequest, now: Time): ArmAnswer {
  if (request.headers['x-identity-header'] !== identityHeader) {
    throw new ArmError(401, 'Unauthorized', 'The header X-IDENTITY-HEADER is missing or wrong.');
  }
  const resource = request.query.get('resource');
  if (!resource) throw new ArmError(400, 'BadRequest', 'The query must name the resource.');
  const expires = Math.floor(now / 1000) + day;
  const claims = {
    aud: resource,
    iss: `https://sts.windows.net/${tenant}/`,
    iat: 0,
    nbf: 0,
    exp: expires,
    tid: tenant,
  };
  const text = `${part({ typ: 'JWT', alg: 'RS256' })}.${part(claims)}.${part({ local: true })}`;
  const body = { access_token: text, expires_on: String(expires), resource, token_type: 'Bearer' };
  return { status: 200, headers: {}, body };
}

/** Throws 401 unless the request has a bearer token; any text will do. */
export function authenticate(request: ArmRequest): void {
  if (/^Bearer \S+/.test(request.headers['authorization'] ?? '')) return;
  throw new ArmError(401, 'InvalidAuthenticationToken', 'The access token is missing or invalid.', {
    'www-authenticate':
      `Bearer authorization_uri="https://login.windows.net/${tenant}", error="invalid_token", ` +
      'error_description="The access token is missing or invalid."',
  });
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
