// Read by the TypeScript compiler alone: what tests write has types.
import { expect } from 'vitest';
import { deploy, type Run } from 'hostproof/vitest';
import { hostEnv, assertNoProblems, type Principal } from 'hostproof';

export async function check(): Promise<string[]> {
  const host = await deploy('vercel', { users: [{ name: 'app', allow: ['s3:*'], key: ['A', 'B'] }], timeout: '10s' });
  const run: Run = await host.run('node', ['app.mjs'], { cwd: '.' });
  expect(run).toBeAcceptedAs('app', 's3:*');
  expect(run).not.toHaveNoProblems();
  assertNoProblems(run);
  const principals: Array<Principal | undefined> = run.exchanges.map((e) => e.verdict.principal);
  const server = await host.serve(['node', 'server.cjs'], { port: 3000 });
  const status: number = (await server.fetch('/')).status;
  await (await hostEnv('vercel')).close();
  // @ts-expect-error there is no such setting
  await deploy('vercel', { hots: 1 });
  // @ts-expect-error a server needs its port
  await host.serve(['node'], {});
  // @ts-expect-error there is no such key
  run.problem;
  return [...principals.map((p) => p?.arn ?? ''), String(status), ...run.problems.map((p) => p.change)];
}
