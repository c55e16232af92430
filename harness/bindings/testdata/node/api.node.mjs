// What else the package does: servers, handlers, the environment in this process, and
// errors that say what to do.
import assert from 'node:assert';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import test from 'node:test';
import hostproof, { deploy, hostEnv, HostproofError } from 'hostproof';

test('ESM and CJS are one module', () => {
  assert.strictEqual(createRequire(import.meta.url)('hostproof').deploy, deploy);
  assert.strictEqual(hostproof.deploy, deploy);
});

test('a server', async (t) => {
  const host = await deploy('vercel-oidc');
  t.after(() => host.close());
  const server = await host.serve(['node', 'server.cjs'], { port: 3000 });
  const answer = await server.fetch('/path?a=b', { method: 'POST', body: 'text' });
  assert.deepStrictEqual(await answer.json(), { url: '/path?a=b', body: 'text', token: 3 });
  const run = await server.stop();
  assert.deepStrictEqual(run.visits.map((v) => [v.method, v.path, v.status]), [['POST', '/path?a=b', 200]]);
  assert.strictEqual(await server.stop(), run);
});

test('handlers', async (t) => {
  const host = await deploy('lambda');
  t.after(() => host.close());
  const run = await host.invoke('handlers.echo', { a: [1, 'ü'] });
  assert.deepStrictEqual(run.answer, { event: { a: [1, 'ü'] }, region: 'us-east-1' });
  assert.strictEqual(run.stdout, 'printed\n');
  assert.deepStrictEqual((await host.invoke('handlers.callback', 1)).answer, 2);
  const failed = await host.invoke('handlers.fails');
  assert.strictEqual(failed.answer, undefined);
  assert.match(failed.stderr, /on purpose/);
  assert.strictEqual(failed.ok, false);
  assert.match((await host.invoke('handlers.none')).stderr, /exports no function none/);
  assert.match((await host.invoke('nothing.none')).stderr, /no module for the handler nothing.none/);
});

test('the environment of a host in this process', async () => {
  process.env.AWS_PROFILE = 'mine';
  const before = { ...process.env };
  const here = await hostEnv('vercel', { set: { MINE: 'x' } });
  assert.strictEqual(process.env.VERCEL, '1');
  assert.strictEqual(process.env.MINE, 'x');
  assert.strictEqual(process.env.AWS_PROFILE, undefined);
  await fetch(`${process.env.AWS_ENDPOINT_URL}/bucket/key`);
  assert.deepStrictEqual((await here.calls()).map((e) => e.call), ['s3:GetObject']);
  await here.close();
  assert.deepStrictEqual({ ...process.env }, before);
});

test('what is wrong is said', async (t) => {
  await assert.rejects(deploy('versel'), (error) => error instanceof HostproofError && /did you mean vercel\?/.test(error.message));
  await assert.rejects(deploy('vercel', { hots: 1 }), /hots/);
  const host = await deploy('ecs-fargate', { allow: ['s3:ListBucket'] });
  t.after(() => host.close());
  await assert.rejects(host.run('no-such-program-at-all'), /no such program/);
  assert.strictEqual((await host.run('node', ['-e', 'process.exit(7)'])).exitCode, 7);
  assert.throws(() => hostproof.assertNoProblems(Promise.resolve()), /after await/);
});

test('the command', () => {
  const command = (args, env) => spawnSync(path.resolve('node_modules', '.bin', 'hostproof'), args,
    { encoding: 'utf8', env: { ...process.env, ...env } });
  const version = spawnSync('npx', ['--offline', 'hostproof', 'version'], { encoding: 'utf8' });
  assert.match(version.stdout, /^hostproof 0\.0\.0\n/);
  assert.strictEqual(command(['run', '--host', 'vercel', '--', 'node', '-e', 'process.exit(7)']).status, 1);
  assert.strictEqual(command(['rum']).status, 2);
  const missing = command(['version'], { HOSTPROOF_BINARY: '/no/such' });
  assert.deepStrictEqual([missing.status, missing.stderr],
    [3, 'hostproof: HOSTPROOF_BINARY is /no/such, and there is no such file\n']);
});
