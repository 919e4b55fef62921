import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

interface Manifest {
  contributes: {
    configuration: { properties: Record<string, { scope?: string; enum?: string[]; enumItemLabels?: string[] }> };
  };
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

  it('that are a choice name each in words, in both languages', () => {
    const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
    const { properties } = (read('package.json') as Manifest).contributes.configuration;
    const choices = Object.entries(properties).filter(([, setting]) => setting.enum);
    assert.ok(choices.length > 2, String(choices.length));
    for (const words of ['package.nls.json', 'package.nls.zh-cn.json']) {
      const texts = read(words) as Record<string, string>;
      for (const [name, { enum: values, enumItemLabels: labels = [] }] of choices) {
        assert.equal(labels.length, values!.length, name);
        for (const label of labels) assert.ok(texts[label.slice(1, -1)], `${words}: ${label}`);
      }
    }
  });
});
