// Adds the matchers to Vitest: import 'hostproof/vitest' in a test file, or name it in setupFiles.
import { expect } from 'vitest';
import hostproof from './index.js';

expect.extend(hostproof.matchers);

export const { deploy, hostEnv, Host, Server, Run, HostEnvironment, HostproofError, matchers } = hostproof;
