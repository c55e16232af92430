import hostproof = require('hostproof');
import { deploy } from 'hostproof/jest';

export async function check(): Promise<boolean> {
  const run = await (await deploy('vercel')).run('node');
  expect(run).toBeRefused('unknown-key');
  const own: hostproof.Run = run;
  return own.ok;
}
