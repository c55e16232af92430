// One model call through the AI SDK with its own retries, for the provider and
// the AI SDK that its environment names.
const env = process.env;
const [{ createAmazonBedrock }, { generateText }] = await Promise.all([import(env.PROVIDER), import(env.AI)]);
const bedrock = createAmazonBedrock({ accessKeyId: env.MY_AWS_ACCESS_KEY_ID, secretAccessKey: env.MY_AWS_SECRET_ACCESS_KEY });
try {
  const { text } = await generateText({ model: bedrock('anthropic.claude-3-haiku-20240307-v1:0'), prompt: 'ping' });
  console.log(text);
} catch (error) {
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
}
