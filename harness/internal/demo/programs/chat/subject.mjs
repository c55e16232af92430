// A chat that asks a model on Amazon Bedrock through the AI SDK, with a key of
// its own. It knows nothing of any mock.
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { generateText } from 'ai';

const { MY_AWS_ACCESS_KEY_ID: accessKeyId, MY_AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;

const versions = {
  'as-reported': () => createAmazonBedrock({ accessKeyId, secretAccessKey }),
  mended: () => createAmazonBedrock({ credentialProvider: async () => ({ accessKeyId, secretAccessKey }) }),
};

try {
  const bedrock = versions[process.argv[2]]();
  const model = bedrock('anthropic.claude-3-haiku-20240307-v1:0');
  console.log((await generateText({ model, prompt: 'ping', maxRetries: 0 })).text);
} catch (error) {
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
}
