// Calls a handler of a module as a host of functions does, and prints what it answers.
// The request stands on standard input, so that no argument of the process names it.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { text } from 'node:stream/consumers';

const { handler: name, event, mark } = JSON.parse(await text(process.stdin));
const dot = name.lastIndexOf('.');
const base = path.resolve(name.slice(0, dot));
const file = [base, ...['.mjs', '.js', '.cjs'].map((extension) => base + extension)].find((f) => existsSync(f));
if (dot < 1 || !file) {
  console.error(`there is no module for the handler ${name}: want FILE.FUNCTION, such as app.handler in app.mjs`);
  process.exit(1);
}
const module = await import(pathToFileURL(file));
const handler = module[name.slice(dot + 1)] ?? module.default?.[name.slice(dot + 1)];
if (typeof handler !== 'function') {
  console.error(`${file} exports no function ${name.slice(dot + 1)}`);
  process.exit(1);
}
const answer = await new Promise((resolve, reject) => {
  const called = handler(event, {}, (error, value) => (error ? reject(error) : resolve(value)));
  if (called?.then) called.then(resolve, reject);
  else if (handler.length < 3) resolve(called);
});
process.stdout.write(mark + JSON.stringify(answer ?? null), () => process.exit(0));
