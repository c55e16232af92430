'use strict';
// The host's environment in this process, for tests whose own process is the program.
const { deploy, asyncDispose } = require('./host.js');

class HostEnvironment {
  constructor(host, variables, requestHeaders) {
    this.host = host;
    this.variables = variables;
    this.requestHeaders = requestHeaders;
    this.before = new Map();
  }

  /** Puts a variable into this process, or takes it out, and notes what was there. */
  put(name, value) {
    if (!this.before.has(name)) this.before.set(name, process.env[name]);
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }

  enter() {
    for (const name of Object.keys(process.env)) {
      if (name.startsWith('AWS_') && !(name in this.variables)) this.put(name, undefined);
    }
    for (const [name, value] of Object.entries(this.variables)) this.put(name, value);
  }

  /** The AWS calls so far, as far as the client reads AWS_ENDPOINT_URL. */
  async calls() {
    return (await this.host.request('calls')).exchanges;
  }

  /** Gives this process its own environment back, and ends the deployment. */
  async close() {
    for (const [name, value] of this.before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    this.before.clear();
    await this.host.close();
  }

  [asyncDispose]() {
    return this.close();
  }
}

/**
 * Gives this process the environment of a host, until close: its variables, without the AWS_ variables that are here and not
 * there. PATH, HOME and what else any process has stay. Calls of clients that read AWS_ENDPOINT_URL go to the mock.
 */
async function hostEnv(name, project = {}) {
  const host = await deploy(name, { ...project, isolation: 'endpoint' });
  const found = await host.request('environment');
  const variables = {};
  for (const v of found.variables) if (v.setBy !== 'base') variables[v.name] = v.value;
  const here = new HostEnvironment(host, variables, found.requestHeaders);
  here.enter();
  return here;
}

module.exports = { hostEnv, HostEnvironment };
