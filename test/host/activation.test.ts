/** Activation costs next to nothing. The name of this file puts it first: later suites find an active extension. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { cpuMsOf } from '../support/cpuTime';

const ID = 'attention-explainer.attention-explainer';
/** The promise is 50 ms by the clock of a quiet machine; of the processor, a large read or loading the engine would still be seen. */
const ACTIVATION_LIMIT_MS = 500;

describe('activation', () => {
  it('finds the extension and activates it quickly', async () => {
    const extension = vscode.extensions.getExtension(ID);
    assert.ok(extension, `${ID} is not installed`);
    const ms = await cpuMsOf(() => extension.activate());
    assert.ok(extension.isActive);
    assert.ok(ms < ACTIVATION_LIMIT_MS, `activation took ${ms.toFixed(0)} ms`);
  });
});
