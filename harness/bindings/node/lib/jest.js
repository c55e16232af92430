'use strict';
// Adds the matchers to Jest: require('hostproof/jest') in a test file, or name it in setupFilesAfterEnv.
const hostproof = require('./index.js');

globalThis.expect.extend(hostproof.matchers);

module.exports = {
  deploy: hostproof.deploy,
  hostEnv: hostproof.hostEnv,
  Host: hostproof.Host,
  Server: hostproof.Server,
  Run: hostproof.Run,
  HostEnvironment: hostproof.HostEnvironment,
  HostproofError: hostproof.HostproofError,
  matchers: hostproof.matchers,
};
