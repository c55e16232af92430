'use strict';
// A program's place on a simulated host.
const path = require('node:path');
const { theEngine } = require('./engine.js');
const { Run } = require('./run.js');

// Symbol.asyncDispose is newer than the oldest Node that this package is for.
const asyncDispose = Symbol.asyncDispose ?? Symbol.for('nodejs.asyncDispose');

/** The program and the place of a request. */
function program(command, options) {
  return { command, dir: path.resolve(options.cwd ?? '.'), stdin: options.stdin ?? '' };
}

/** What the wrapper prints in front of a handler's answer. */
const mark = '\u0001hostproof-answer ';

class Host {
  constructor(deployed) {
    this.name = deployed.host;
    this.notice = deployed.notice;
    this.users = deployed.users;
    this.deployment = deployed.deployment;
  }

  request(method, params) {
    return theEngine().request(method, { deployment: this.deployment, ...params });
  }

  /** Runs a program to its end. One that fails is no error: its run says so. */
  async run(command, args = [], options = {}) {
    return new Run(await this.request('run', program([command, ...args], options)));
  }

  /** Starts a server, which listens at options.port, and returns at once: fetch waits for it. */
  async serve(command, options) {
    const { server, url } = await this.request('serve', { ...program(command, options), port: options.port });
    return new Server(server, url);
  }

  /** Calls a handler ("app.handler") of a module with an event, in a process of its own. */
  async invoke(handler, event, options = {}) {
    const wrapper = path.join(__dirname, 'handler.mjs');
    const stdin = JSON.stringify({ handler, event: event ?? {}, mark });
    const run = await this.run('node', [wrapper], { ...options, stdin });
    const [printed, answer] = run.stdout.split(mark);
    run.stdout = printed;
    if (answer !== undefined) run.answer = JSON.parse(answer);
    return run;
  }

  /** Ends the deployment. */
  async close() {
    await this.request('close');
  }

  [asyncDispose]() {
    return this.close();
  }
}

class Server {
  constructor(id, url) {
    this.id = id;
    this.url = url;
  }

  /** Calls the server as a visitor would, at a path, with the headers that the platform adds. */
  fetch(target, init) {
    return fetch(new URL(target, this.url), init);
  }

  /** Stops the server. Its run has each visit, and the calls that were made meanwhile. */
  async stop() {
    this.stopping ??= theEngine().request('stop', { server: this.id }).then((result) => new Run(result));
    return this.stopping;
  }

  async [asyncDispose]() {
    await this.stop();
  }
}

/** Deploys a project to a host; hostproof hosts lists them. */
async function deploy(host, project = {}) {
  const { allow, ...settings } = project;
  return new Host(await theEngine().request('deploy', { host, project: settings, allow }));
}

module.exports = { deploy, Host, Server, asyncDispose };
