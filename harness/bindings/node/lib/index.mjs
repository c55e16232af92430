import hostproof from './index.js';

export const {
  deploy, hostEnv, Host, Server, Run, HostEnvironment, HostproofError, matchers,
  assertAcceptedAs, assertRefused, assertNoProblems, assertMixesCredentials,
} = hostproof;
export default hostproof;
