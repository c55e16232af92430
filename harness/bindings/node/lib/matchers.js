'use strict';
// Matchers for Vitest and Jest, whose failure is the diagnosis.
const checks = require('./checks.js');

function matcher(name, check) {
  return (run, ...args) => {
    checks.demandRun(run, name);
    const found = check(run, ...args);
    return { pass: found.holds, message: () => checks.message(run, found) };
  };
}

module.exports = {
  toBeAcceptedAs: matcher('toBeAcceptedAs', checks.acceptedAs),
  toBeRefused: matcher('toBeRefused', checks.refused),
  toHaveNoProblems: matcher('toHaveNoProblems', checks.noProblems),
  toMixCredentials: matcher('toMixCredentials', checks.mixesCredentials),
};
