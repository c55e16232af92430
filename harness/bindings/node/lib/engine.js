'use strict';
// One process of the command, which deploys and runs for all tests of this process.
const { spawn } = require('node:child_process');
const readline = require('node:readline');
const { binary } = require('./binary.js');

/** What hostproof says is wrong: a setting, a host that does not exist, or its own failure. */
class HostproofError extends Error {
  constructor(message, code) {
    super(message);
    this.name = 'HostproofError';
    /** The code of the protocol; -32602 is a wrong parameter or setting. */
    this.code = code;
  }
}

class Engine {
  constructor() {
    this.pending = new Map();
    this.next = 0;
    this.said = '';
    // In a process group of its own: a signal to this one's, from a terminal or from Playwright, leaves this process
    // the time to stop servers and to read their runs. The engine ends with its input, whatever ends this process.
    const detached = process.platform !== 'win32'; // there it would open a window
    this.child = spawn(binary(), ['stdio'], { stdio: ['pipe', 'pipe', 'pipe'], detached });
    this.child.on('error', (error) => this.end(`it cannot be started: ${error.message}`));
    this.child.on('close', (code, signal) => this.end(`it ended with ${signal ?? code}: ${this.said.trim()}`));
    this.child.stdin.on('error', () => {}); // the end of the process says why
    this.child.stderr.on('data', (text) => { this.said = (this.said + text).slice(-4000); });
    readline.createInterface({ input: this.child.stdout }).on('line', (line) => this.answer(line));
    this.keepsProcess(false);
  }

  /** Says whether this process waits for the engine: while a request is under way, it does. */
  keepsProcess(yes) {
    const method = yes ? 'ref' : 'unref';
    for (const handle of [this.child, this.child.stdin, this.child.stdout, this.child.stderr]) handle[method]?.();
  }

  answer(line) {
    const { id, result, error } = JSON.parse(line);
    const waiting = this.pending.get(id);
    if (!waiting) return;
    this.pending.delete(id);
    if (this.pending.size === 0) this.keepsProcess(false);
    if (error) waiting.reject(new HostproofError(error.message, error.code));
    else waiting.resolve(result);
  }

  end(why) {
    if (engine === this) engine = undefined;
    this.ended = why;
    for (const { reject } of this.pending.values()) reject(new HostproofError(`hostproof is gone: ${why}`));
    this.pending.clear();
  }

  request(method, params) {
    if (this.ended) return Promise.reject(new HostproofError(`hostproof is gone: ${this.ended}`));
    const id = ++this.next;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.keepsProcess(true);
      this.child.stdin.write(JSON.stringify({ jsonrpc: '2.0', id, method, params }) + '\n');
    });
  }
}

let engine;

/** The engine of this process; the first call starts it. */
function theEngine() {
  engine ??= new Engine();
  return engine;
}

module.exports = { theEngine, HostproofError };
