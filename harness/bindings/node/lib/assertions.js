'use strict';
// Assertions for node:test and whatever else takes an AssertionError.
const { AssertionError } = require('node:assert');
const checks = require('./checks.js');

function assertion(name, check) {
  function demand(run, ...args) {
    checks.demandRun(run, name);
    const found = check(run, ...args);
    if (!found.holds) throw new AssertionError({ message: checks.message(run, found), stackStartFn: demand });
  }
  return demand;
}

module.exports = {
  assertAcceptedAs: assertion('assertAcceptedAs', checks.acceptedAs),
  assertRefused: assertion('assertRefused', checks.refused),
  assertNoProblems: assertion('assertNoProblems', checks.noProblems),
  assertMixesCredentials: assertion('assertMixesCredentials', checks.mixesCredentials),
};
