/**
 * What runs in the process that fills in a chat template (templateLimits.node.ts): its script is this file and a call of
 * `fillIn`, its answer one line of JSON.
 */
import { fillTemplate, type ChatTemplate } from './chatTemplate';

Object.assign(globalThis, {
  fillIn(template: ChatTemplate): void {
    let filled: unknown = null;
    try {
      filled = fillTemplate(template);
    } catch {
      // It cannot be followed.
    }
    process.stdout.write(JSON.stringify({ filled }));
  },
});
