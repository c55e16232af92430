// The server on its host, for Playwright's webServer: it prints where to call it, and when
// it is stopped, what was wrong.
import { assertNoProblems, deploy } from 'hostproof';
import { project } from './project.mjs';

const host = await deploy('vercel', project);
const server = await host.serve(['node', 'chat.mjs'], { port: 3000 });
console.log(`listening at ${server.url}`);
await new Promise((stop) => {
  const awake = setInterval(() => {}, 60_000);
  process.once('SIGTERM', () => stop(clearInterval(awake)));
});
const run = await server.stop();
await host.close();
assertNoProblems(run);
