#!/usr/bin/env node
'use strict';
// The command, as npx finds it: it becomes the program of the package for this machine.
const { spawn } = require('node:child_process');
const os = require('node:os');
const { binary } = require('../lib/binary.js');

let path;
try {
  path = binary();
} catch (error) {
  console.error(`hostproof: ${error.message}`);
  process.exit(3);
}

const child = spawn(path, process.argv.slice(2), { stdio: 'inherit' });
// A terminal sends its signals to both; what is sent to this process alone is passed on.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
process.on('SIGINT', () => {});
child.on('error', (error) => {
  console.error(`hostproof: ${path} cannot be started: ${error.message}`);
  process.exit(3);
});
child.on('exit', (code, signal) => process.exit(code ?? 128 + (os.constants.signals[signal] ?? 0)));
