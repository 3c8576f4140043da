// Holds the figures of a demo run (`npm run demo -- --json FILE`) against what the demo promises.

import { readFile } from 'node:fs/promises';

const file = process.argv[2];
if (file === undefined) throw new Error('Usage: node tools/check/demo-figures.ts FILE');
const figures = JSON.parse(await readFile(file, 'utf8')) as Record<string, number | null>;

const value = (name: string): number => figures[name] ?? Number.NaN;
const promises: [string, boolean][] = [
  ['no message is lost', value('messagesSent') > 0 && value('messagesLost') === 0],
  ['no container group is left over', value('groupsLeftOver') === 0],
  ['no container group is created twice', value('groupsCreatedTwice') === 0],
  ['at least 20 container groups serve at once', value('peakBurstReplicas') >= 20],
  ['the first is accepted within 15 s', value('secondsToFirstAccepted') <= 15],
  ['fewer messages are late than with the scale set alone', value('lateShare') < value('lateShareWithoutBurst')],
];

for (const [promise, kept] of promises) process.stdout.write(`${kept ? 'kept  ' : 'BROKEN'} ${promise}\n`);
const broken = promises.filter(([, kept]) => !kept).length;
process.stdout.write(`${promises.length - broken} passed, ${broken} failed\n`);
if (broken > 0) process.exitCode = 1;
