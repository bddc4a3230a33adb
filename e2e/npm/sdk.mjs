// The AWS SDK for JavaScript, asked a line at a time:
//
//   {"client": "sqs", "command": "SendMessage", "input": {…}}
//
// is answered by a line with the command's `output`, or with the `error` as the SDK throws it. Credentials, region and
// endpoint are those of the environment, where the SDK finds them itself; with `role`, those of a session of that role,
// got by the SDK's own provider. The client `lib-dynamodb` is the one that takes plain values for items. Bytes are
// {"$bytes": base64} both ways. `paginate` and `wait` name a paginator or a waiter in the place of a command.

import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const fromWorkingDirectory = createRequire(`${process.cwd()}/package.json`);
const load = (name) => fromWorkingDirectory(`@aws-sdk/${name}`);
const clients = new Map();

function credentialsOf(role) {
  const params = { RoleArn: role, RoleSessionName: 'javascript' };
  return load('credential-providers').fromTemporaryCredentials({ params });
}

function clientOf(name, role) {
  const key = `${name} ${role}`;
  if (!clients.has(key)) {
    const settings = role ? { credentials: credentialsOf(role) } : {};
    clients.set(key, made(name, settings));
  }
  return clients.get(key);
}

function made(name, settings) {
  if (name === 'lib-dynamodb') {
    return load(name).DynamoDBDocumentClient.from(made('client-dynamodb', settings));
  }
  const exported = load(name);
  // The class that others of the module extend is the bare one.
  const Client = Object.entries(exported).find(([each]) => /^[A-Z]\w*Client$/.test(each) && each !== '__Client')[1];
  return new Client(settings);
}

async function answer({ client: short, command, paginate, wait, input, role }) {
  const name = short.startsWith('lib-') ? short : `client-${short}`;
  const client = clientOf(name, role);
  const exported = load(name);
  try {
    if (paginate) {
      const pages = [];
      for await (const page of exported[`paginate${paginate}`]({ client }, input)) pages.push(page);
      return { output: pages };
    }
    if (wait) {
      return { output: await exported[`waitUntil${wait}`]({ client, minDelay: 1, maxWaitTime: 10 }, input) };
    }
    return { output: await client.send(new exported[`${command}Command`](input)) };
  } catch (error) {
    // What is not the service's own answer is a fault of the test or of the SDK, and is told whole.
    if (!error.$metadata) throw error;
    const Modelled = exported[error.name];
    return {
      error: {
        name: error.name,
        message: error.message,
        fault: error.$fault,
        status: error.$metadata.httpStatusCode,
        attempts: error.$metadata.attempts,
        request: error.$metadata.requestId,
        modelled: Modelled !== undefined && error instanceof Modelled,
      },
    };
  }
}

function revived(_, value) {
  return value?.$bytes === undefined ? value : Buffer.from(value.$bytes, 'base64');
}

function told(key, value) {
  // Bytes know how to become JSON, and would before this is asked.
  const raw = this[key];
  if (raw instanceof Uint8Array) return { $bytes: Buffer.from(raw).toString('base64') };
  if (typeof raw === 'bigint') return Number(raw);
  return raw instanceof Set ? [...raw] : value;
}

for await (const line of createInterface({ input: process.stdin })) {
  const said = await answer(JSON.parse(line, revived)).catch((error) => ({ broken: error.stack ?? `${error}` }));
  process.stdout.write(`${JSON.stringify(said, told)}\n`);
}
