// Prints the shape of this host, without any value: save as capture.mjs, run
// "node capture.mjs", or call main() in a route and return what it returns.
// "hostproof capture --from FILE" makes a fixture of it.
import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import http from 'node:http';

const prefixes = @PREFIXES@;
const skipped = new Set(@SKIPPED@);
const vocabulary = new RegExp(String.raw`^@VOCABULARY@$`);
const classes = [['digits', /^[0-9]*$/], ['hex', /^[0-9a-f-]*$/], ['upper', /^[A-Z0-9]*$/], ['word', /^[A-Za-z0-9_-]*$/], ['base64', /^[A-Za-z0-9+/]*={0,2}$/], ['text', /[^]*/]];
const salt = randomBytes(32);

const shape = (value) => ({
  length: Buffer.byteLength(value),
  prefix: prefixes.filter((p) => value.startsWith(p)).sort((a, b) => b.length - a.length)[0],
  class: classes.find(([, match]) => match.test(value))[0],
  hash: createHmac('sha256', salt).update(value).digest('hex').slice(0, 16),
  ...(vocabulary.test(value) ? { public: value } : {}),
});

function sections(text) {
  const out = [];
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const name = /^\[([^\]]*)\]?/.exec(line);
    const at = line.indexOf('=');
    if (name) out.push({ name: name[1].trim(), hash: shape(name[1].trim().replace(/^profile /, '')).hash, keys: [] });
    else if (out.length && /^[a-z][a-z0-9_]{0,63}\s*=/.test(line)) out.at(-1).keys.push({ name: line.slice(0, at).trim(), ...shape(line.slice(at + 1).trim()) });
  }
  return out;
}

function file(variable, usual, ini) {
  const given = process.env[variable];
  const path = given || usual;
  if (!path) return [];
  const out = given ? { path: '', variable } : { path: usual };
  try {
    const text = readFileSync(path.replace(/^~(?=\/)/, homedir()), 'utf8');
    return [{ ...out, ...(ini ? { sections: sections(text) } : { content: shape(text) }) }];
  } catch (e) {
    if (e.code === 'ENOENT' && !given) return [];
    return [{ ...out, error: { ENOENT: 'not found', EACCES: 'no permission' }[e.code] ?? 'cannot be read' }];
  }
}

function ask(method, url, headers) {
  const start = Date.now();
  return new Promise((done) => {
    const end = (answer) => done({ millis: Date.now() - start, ...answer });
    let request;
    try {
      request = http.request(url, { method, headers, timeout: 2000, agent: false }, (response) => {
        let text = '';
        response.on('data', (part) => { text += part; });
        response.on('end', () => end({ answered: true, status: response.statusCode, text: response.statusCode === 200 ? text : '' }));
      });
    } catch {
      end({ answered: false, error: 'no URL' });
      return;
    }
    request.on('timeout', () => request.destroy(Object.assign(new Error(), { code: 'TIMEOUT' })));
    request.on('error', (e) => end({ answered: false, error: { TIMEOUT: 'timed out', ECONNREFUSED: 'refused', EHOSTUNREACH: 'unreachable', ENETUNREACH: 'unreachable' }[e.code] ?? 'failed' }));
    request.end();
  });
}

async function container() {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: relative, AWS_CONTAINER_CREDENTIALS_FULL_URI: full, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: path } = process.env;
  if (!relative && !full) return [];
  let token = process.env.AWS_CONTAINER_AUTHORIZATION_TOKEN;
  try { if (path) token = readFileSync(path, 'utf8').trim(); } catch { /* the answer tells */ }
  const { text, ...answer } = await ask('GET', relative ? `http://169.254.170.2${relative}` : full, token ? { Authorization: token } : {});
  let fields = [];
  try { fields = Object.entries(JSON.parse(text)).filter(([, v]) => typeof v === 'string').map(([name, v]) => ({ name, ...shape(v) })); } catch { /* no JSON */ }
  return [{ kind: 'container', variable: relative ? 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI' : 'AWS_CONTAINER_CREDENTIALS_FULL_URI', ...answer, fields }];
}

async function imds() {
  if ((process.env.AWS_EC2_METADATA_DISABLED ?? '').toLowerCase() === 'true') return [];
  const base = 'http://169.254.169.254/latest/';
  const roles = `${base}meta-data/iam/security-credentials/`;
  const { text: token, ...first } = await ask('PUT', `${base}api/token`, { 'X-Aws-Ec2-Metadata-Token-Ttl-Seconds': '60' });
  if (!first.answered) return [{ kind: 'imds', ...first }];
  const without = await ask('GET', roles, {});
  const { text: name, ...answer } = await ask('GET', roles, { 'X-Aws-Ec2-Metadata-Token': token });
  return [{ kind: 'imds', ...answer, tokens: without.status === 200 ? 'optional' : 'required', ...(answer.status === 200 ? { fields: [{ name: 'role', ...shape(name.trim()) }] } : {}) }];
}

export async function main() {
  return {
    hostproofCapture: 1, by: 'node', time: new Date().toISOString(),
    variables: Object.keys(process.env).filter((n) => !skipped.has(n)).sort().map((name) => ({ name, ...shape(process.env[name]) })),
    files: [...file('AWS_SHARED_CREDENTIALS_FILE', '~/.aws/credentials', true), ...file('AWS_CONFIG_FILE', '~/.aws/config', true),
      ...file('AWS_WEB_IDENTITY_TOKEN_FILE'), ...file('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE')],
    endpoints: [...await container(), ...await imds()],
  };
}

console.log(JSON.stringify(await main(), null, 1));
