import { expect, test } from 'vitest';
import { deploy } from 'hostproof/vitest';
import { project } from './project.mjs';

test('on Vercel, the app calls Bedrock as its own user', async () => {
  await using host = await deploy('vercel', project);
  const run = await host.run('node', ['app.mjs']);
  expect(run).toHaveNoProblems();
  expect(run).toBeAcceptedAs('app', 'bedrock:*');
});

test('what went wrong has a name', async () => {
  await using host = await deploy('vercel', { ...project, set: {} });
  const run = await host.run('node', ['app.mjs']);
  expect(run).toMixCredentials();
  expect(run).toBeRefused('UnrecognizedClientException');
  expect(run).not.toHaveNoProblems();
});
