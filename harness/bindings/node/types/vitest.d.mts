import 'vitest';
import type { HostproofMatchers } from './index.js';

export { deploy, hostEnv, Host, Server, Run, HostEnvironment, HostproofError, matchers } from './index.js';

declare module 'vitest' {
  interface Assertion<T = any> extends HostproofMatchers<T> {}
  interface AsymmetricMatchersContaining extends HostproofMatchers {}
}
