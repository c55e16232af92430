'use strict';
const { deploy, Host, Server } = require('./host.js');
const { hostEnv, HostEnvironment } = require('./env.js');
const { HostproofError } = require('./engine.js');
const { Run } = require('./run.js');
const matchers = require('./matchers.js');
const assertions = require('./assertions.js');

// Each name stands here by itself, for Node finds the names of a module by reading it.
module.exports = {
  deploy,
  hostEnv,
  Host,
  Server,
  Run,
  HostEnvironment,
  HostproofError,
  matchers,
  assertAcceptedAs: assertions.assertAcceptedAs,
  assertRefused: assertions.assertRefused,
  assertNoProblems: assertions.assertNoProblems,
  assertMixesCredentials: assertions.assertMixesCredentials,
};
