// Certificates for the local servers that clients insist on reaching by TLS. They live for one run and are never stored.

import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { randomUUID } from 'node:crypto';
import { generate } from 'selfsigned';

/** Everything in PEM. `ca` goes to clients, `cert` and `key` to the server. */
export interface LocalCertificate {
  ca: string;
  cert: string;
  key: string;
}

/** Makes a certificate authority and a certificate for `localhost` and `127.0.0.1` signed by it, valid for a year. */
export async function localCertificate(): Promise<LocalCertificate> {
  // The year starts a day ago: a client whose clock runs a little behind must not see a certificate from the future.
  const common = { keyType: 'ec', algorithm: 'sha256', notBeforeDate: new Date(Date.now() - 86_400_000) } as const;
  // A process that trusts several authorities tells them apart by name.
  const name = `Spillway local authority ${randomUUID().slice(0, 8)}`;
  const authority = await generate([{ name: 'commonName', value: name }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...common,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { ca: authority.cert, cert: server.cert, key: server.private };
}

/** Lets every TLS client of this process that names no authorities of its own trust `ca` too. Needs Node 22.19 or 24.5. */
export function trust(ca: string): void {
  setDefaultCACertificates([...getCACertificates('default'), ca]);
}
