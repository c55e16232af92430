import { expect, test } from 'bun:test';
import { deploy, matchers } from 'hostproof';
import { project } from './project.mjs';

expect.extend(matchers);

test('on Vercel, the app calls Bedrock as its own user', async () => {
  await using host = await deploy('vercel', project);
  const run = await host.run(process.execPath, ['app.mjs']); // by Bun, too
  expect(run).toHaveNoProblems();
  expect(run).toBeAcceptedAs('app');
});
