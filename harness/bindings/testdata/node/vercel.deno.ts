import { assertAcceptedAs, assertNoProblems, deploy } from 'hostproof';
import { project } from './project.mjs';

Deno.test('on Vercel, the app calls Bedrock as its own user', async () => {
  await using host = await deploy('vercel', project);
  const run = await host.run(Deno.execPath(), ['run', '--allow-all', 'app.mjs']); // by Deno, too
  assertNoProblems(run);
  assertAcceptedAs(run, 'app');
});
