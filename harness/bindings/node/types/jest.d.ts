import type { HostproofMatchers } from './index';

export { deploy, hostEnv, Host, Server, Run, HostEnvironment, HostproofError, matchers } from './index';

declare global {
  namespace jest {
    interface Matchers<R, T = {}> extends HostproofMatchers<R> {}
  }
}
