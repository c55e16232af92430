// What the app and the server ask the model with: the project's own keys. MENDED passes
// them as a provider, so that a session token of the platform's is not added to them.
import { createAmazonBedrock } from '@ai-sdk/amazon-bedrock';
import { generateText } from 'ai';

const { MY_AWS_ACCESS_KEY_ID: accessKeyId, MY_AWS_SECRET_ACCESS_KEY: secretAccessKey, MENDED } = process.env;
const keys = { accessKeyId, secretAccessKey };
const options = MENDED ? { credentialProvider: async () => keys } : keys;
const baseURL = process.env.AWS_ENDPOINT_URL;

/** The answer of a model. */
export async function answer() {
  const bedrock = createAmazonBedrock({ region: 'eu-west-1', ...options, ...(baseURL && { baseURL }) });
  const { text } = await generateText({
    model: bedrock('anthropic.claude-3-haiku-20240307-v1:0'), prompt: 'ping', maxRetries: 0,
  });
  return text;
}
