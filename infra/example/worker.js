// The example worker: takes one message at a time from a Service Bus queue over HTTPS, with the managed identity of its
// container group or machine, and nothing that must be installed. A message { "seconds": 5 } takes five seconds.

const { SERVICEBUS, QUEUE, AZURE_CLIENT_ID } = process.env;
const METADATA = 'http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01';
const QUEUE_URL = `https://${SERVICEBUS}/${QUEUE}/messages`;

let token;
let stopping = false;
const wait = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

async function authorization() {
  if (!token || token.expires_on * 1000 < Date.now() + 300_000) {
    const query = `&resource=https%3A%2F%2Fservicebus.azure.net&client_id=${AZURE_CLIENT_ID}`;
    const answer = await fetch(METADATA + query, { headers: { Metadata: 'true' } });
    if (!answer.ok) throw new Error(`No token: ${answer.status} ${await answer.text()}`);
    token = await answer.json();
  }
  return { authorization: `Bearer ${token.access_token}` };
}

async function takeOne() {
  const taken = await fetch(`${QUEUE_URL}/head?timeout=30`, { method: 'POST', headers: await authorization() });
  if (taken.status === 204) return;
  if (taken.status !== 201) throw new Error(`No message: ${taken.status} ${await taken.text()}`);
  const { MessageId, LockToken } = JSON.parse(taken.headers.get('brokerproperties'));
  const { seconds = 5 } = JSON.parse((await taken.text()) || '{}');
  await wait(Math.min(Number(seconds) || 0, 50));
  await fetch(`${QUEUE_URL}/${MessageId}/${LockToken}`, { method: 'DELETE', headers: await authorization() });
}

process.on('SIGTERM', () => {
  stopping = true;
});

async function main() {
  while (!stopping) {
    try {
      await takeOne();
    } catch (error) {
      process.stderr.write(`${String(error)}\n`);
      await wait(5);
    }
  }
  process.exit(0);
}

void main();
