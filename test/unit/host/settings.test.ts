import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

interface Manifest {
  contributes: { configuration: { properties: Record<string, { scope?: string }> } };
  capabilities: { untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] } };
}

/** What a workspace may set although nobody trusts it: it changes colours and when an experiment pauses. */
const HARMLESS = ['attentionExplainer.editorHeat', 'attentionExplainer.milestones.whenHidden'];

describe('settings', () => {
  it('that cost memory, start processes or name servers and folders are none of an untrusted workspace’s', () => {
    // Mocha runs at the repository's root.
    const { contributes, capabilities } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
    const { properties } = contributes.configuration;
    const { supported, restrictedConfigurations } = capabilities.untrustedWorkspaces;
    assert.equal(supported, 'limited');
    const others = Object.keys(properties).filter((name) => !HARMLESS.includes(name));
    assert.deepEqual([...restrictedConfigurations].sort(), others.sort());
    // What is about the machine, no workspace sets at all.
    for (const name of others) {
      if (name !== 'attentionExplainer.maxTokens') assert.equal(properties[name].scope, 'machine', name);
    }
  });
});
