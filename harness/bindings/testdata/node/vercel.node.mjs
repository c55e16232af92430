import test from 'node:test';
import { assertAcceptedAs, assertNoProblems, deploy } from 'hostproof';
import { project } from './project.mjs';

test('on Vercel, the app calls Bedrock as its own user', async (t) => {
  const host = await deploy('vercel', project);
  t.after(() => host.close());
  const run = await host.run('node', ['app.mjs']);
  assertNoProblems(run);
  assertAcceptedAs(run, /:user\/app$/);
});
