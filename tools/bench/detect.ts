// How soon is a dead replica found, and what does that cost? Run: npm run bench:detect
// 500 groups on the local Azure over HTTP with the production clients, 5,000 on its model without HTTP. All times are
// simulated, one workload holds all groups (a setting allows 1,000), and evaluations cost no time: the clock stands
// still while one computes, so what an evaluation takes is printed beside.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectAzure } from '../../shared/azure/azure.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import { AzureModel } from '../local/azure/azure.ts';
import { startAzure } from '../local/azure/server.ts';
import { localCertificate, trust } from '../local/certificate.ts';
import { SimulatedClock } from '../local/clock.ts';
import { deployment, measure, PROBE_PORT, putFleet, workloadOf, type Measured, type Sign } from './detect-fleet.ts';

const BEGIN = Date.UTC(2026, 10, 2, 8);
const KILLS = 60;
const SIGNS: Sign[] = ['probe', 'poll', 'arm'];
/** What Azure gives back a second, per subscription. */
const READS_PER_MINUTE = 25 * 60;

const boundOf = (sign: Sign, size: number): number =>
  sign === 'arm' ? Math.max(30, size / 10) : size <= 500 ? 30 : 60;

const WORDS: Record<Sign, string> = {
  probe: 'own HTTP probe',
  poll: 'polls of the drain contract',
  arm: 'Resource Manager alone',
};

let missed = false;

function print(
  size: number,
  sign: Sign,
  { seconds, undetected, readsPerMinute, evaluationMs, stateKB }: Measured,
): void {
  const at = (list: number[], share: number): number => list[Math.ceil(list.length * share) - 1] ?? 0;
  const bound = boundOf(sign, size);
  const late = undetected > 0 || at(seconds, 1) > bound;
  missed ||= late;
  process.stdout.write(
    `  ${String(size).padStart(5)} groups, ${WORDS[sign].padEnd(27)}: max ${at(seconds, 1).toFixed(0)} s, ` +
      `p95 ${at(seconds, 0.95).toFixed(0)} s of ${seconds.length} (bound ${bound} s${late ? ', MISSED' : ''}; ` +
      `${undetected} not found), ${readsPerMinute.toFixed(0)} reads a minute of ${READS_PER_MINUTE}, ` +
      `evaluation ${at(evaluationMs, 0.5).toFixed(0)} ms (longest ${at(evaluationMs, 1).toFixed(0)}), ` +
      `${stateKB.toFixed(0)} KB of state\n`,
  );
}

async function inMemory(size: number, sign: Sign): Promise<Measured> {
  const clock = new SimulatedClock(BEGIN);
  const model = new AzureModel({ clock, seed: 1 });
  const workload = workloadOf(size, sign);
  await putFleet(model, clock, workload);
  const byIp = new Map(model.groups.all().map((group) => [group.ip, group]));
  const probes: Ports['probes'] = { probe: async ({ ip }) => (byIp.get(ip)?.running ? 'healthy' : 'unreachable') };
  return measure({ clock, model, workload, sign, kills: KILLS, real: { probes } }, boundOf(sign, size));
}

async function overHttp(size: number, sign: Sign): Promise<Measured> {
  const tls = await localCertificate();
  trust(tls.ca);
  const clock = new SimulatedClock(BEGIN);
  const azure = await startAzure({ clock, seed: 1, ...tls });
  const workload = workloadOf(size, sign);
  await putFleet(azure.model, clock, workload);
  const connected = connectAzure({
    ...deployment,
    clock,
    credential: { getToken: async () => ({ token: 'anyone', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) },
    env: {
      AzureWebJobsStorage__accountName: 'unused',
      BUS: 'Endpoint=sb://localhost;SharedAccessKeyName=k;SharedAccessKey=v',
    },
    armEndpoint: azure.endpoint,
    metricsEndpoint: azure.endpoint,
    logsEndpoint: azure.endpoint,
    serviceBusConnection: 'BUS',
    evaluationsQueue: 'evaluations',
  });
  const { containerGroups, armLimits, probes } = connected.ports;
  const replicas = await serveReplicas(azure.model);
  const local: Ports['probes'] = { probe: (call) => probes.probe({ ...call, ip: loopback(call.ip) }) };
  try {
    const real = { containerGroups, armLimits, probes: local };
    return await measure({ clock, model: azure.model, workload, sign, kills: KILLS, real }, boundOf(sign, size));
  } finally {
    replicas.close();
    await connected.close();
    await azure.close();
  }
}

/** All of 127.0.0.0/8 is this machine: each replica has an address of its own there. */
const loopback = (ip: string): string => ip.replace(/^\d+/, '127');

/** Answers for replicas that run; a connection to any other one breaks. */
async function serveReplicas(model: AzureModel): Promise<{ close: () => void }> {
  const byAddress = new Map(model.groups.all().map((group) => [loopback(group.ip ?? ''), group]));
  const server = createServer((request, response) => {
    const { localAddress = '' } = request.socket;
    const lives = byAddress.get(localAddress)?.running;
    if (lives) response.writeHead(200).end();
    else request.socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(PROBE_PORT, '0.0.0.0', resolve));
  const { port } = server.address() as AddressInfo;
  if (port !== PROBE_PORT) throw new Error(`Replicas are served on port ${port} in place of ${PROBE_PORT}.`);
  return {
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

process.stdout.write('Local Azure over HTTP, production clients:\n');
for (const sign of SIGNS) print(500, sign, await overHttp(500, sign));
process.stdout.write('Model of Azure, no HTTP:\n');
for (const sign of SIGNS) print(5_000, sign, await inMemory(5_000, sign));
if (missed) process.exitCode = 1;
