// A server with one client of each service, as long-lived programs have it: GET
// /s3 makes a call of S3's and tells what came of it. With MY_AWS_ACCESS_KEY_ID
// it has keys of its own, which nobody renews; else the default chain's.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(pathToFileURL(process.cwd() + '/'));
const load = (name) => require('@aws-sdk/client-' + name);
const { MY_AWS_ACCESS_KEY_ID: accessKeyId, MY_AWS_SECRET_ACCESS_KEY: secretAccessKey, MY_AWS_SESSION_TOKEN: sessionToken } = process.env;
const { INSTANCE_PROVIDER } = process.env; // instead of the chain, which ends with the same provider
const credentials = INSTANCE_PROVIDER ? require('@smithy/credential-provider-imds').fromInstanceMetadata() : { accessKeyId, secretAccessKey, sessionToken };
const settings = INSTANCE_PROVIDER || accessKeyId ? { credentials } : {};

const make = {
  s3: () => { const { S3Client, ListBucketsCommand } = load('s3'); return [new S3Client(settings), () => new ListBucketsCommand({})]; },
  sts: () => { const { STSClient, GetCallerIdentityCommand } = load('sts'); return [new STSClient(settings), () => new GetCallerIdentityCommand({})]; },
  dynamodb: () => { const { DynamoDBClient, ListTablesCommand } = load('dynamodb'); return [new DynamoDBClient(settings), () => new ListTablesCommand({})]; },
  bedrock: () => {
    const { BedrockRuntimeClient, ConverseCommand } = load('bedrock-runtime');
    const messages = [{ role: 'user', content: [{ text: 'ping' }] }];
    return [new BedrockRuntimeClient(settings), () => new ConverseCommand({ modelId: 'anthropic.claude-3-haiku-20240307-v1:0', messages })];
  },
};
const clients = {};

async function call(name) {
  const [client, command] = (clients[name] ??= make[name]());
  try {
    await client.send(command());
    return { ok: true };
  } catch (error) {
    return { ok: false, code: error.name, message: error.message };
  }
}

createServer(async (request, response) => {
  response.end(JSON.stringify(await call(request.url.slice(1))));
}).listen(Number(process.argv[2]));
