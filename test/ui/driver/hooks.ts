/** Mocha's root hooks for the UI suites: `mocha --require out/test/ui/driver/hooks.js`. */
import { closeShared } from './shared';

export const mochaHooks = { afterAll: closeShared };
