'use strict';
// Finds the command that this package is made of.
const fs = require('node:fs');
const path = require('node:path');

/** The environment variable with the path of another hostproof than the installed one. */
const VARIABLE = 'HOSTPROOF_BINARY';

/** The package that has the command for this machine. */
function packageName() {
  return `@hostproof/${process.platform}-${process.arch}`;
}

/** The path of the command. Throws an error that says what to do where there is none. */
function binary() {
  const own = process.env[VARIABLE];
  if (own) {
    if (!fs.existsSync(own)) throw new Error(`${VARIABLE} is ${own}, and there is no such file`);
    return own;
  }
  const name = packageName();
  const file = process.platform === 'win32' ? 'hostproof.exe' : 'hostproof';
  try {
    return path.join(path.dirname(require.resolve(`${name}/package.json`)), 'bin', file);
  } catch {
    const packages = Object.keys(require('../package.json').optionalDependencies ?? {});
    if (!packages.includes(name)) {
      throw new Error(`there is no hostproof for ${process.platform} on ${process.arch}; there is: ` +
        `${packages.join(', ') || 'none'}. With one that you have built, set ${VARIABLE} to its path.`);
    }
    throw new Error(`the package ${name} is not installed, though hostproof names it as an optional one: install again ` +
      'without --omit=optional (or --no-optional), on this system, and not in a node_modules that was copied from another.');
  }
}

module.exports = { binary, packageName, VARIABLE };
