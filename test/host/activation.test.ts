/** Activation costs next to nothing. The name of this file puts it first: later suites find an active extension. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const ID = 'attention-explainer.attention-explainer';
/** The promise is 50 ms; a busy machine gets more, and a blocking read or a started worker would still be seen. */
const ACTIVATION_LIMIT_MS = 500;

describe('activation', () => {
  it('finds the extension and activates it quickly', async () => {
    const extension = vscode.extensions.getExtension(ID);
    assert.ok(extension, `${ID} is not installed`);
    const began = performance.now();
    await extension.activate();
    const ms = performance.now() - began;
    assert.ok(extension.isActive);
    assert.ok(ms < ACTIVATION_LIMIT_MS, `activation took ${ms.toFixed(0)} ms`);
  });
});
