/** Somebody else solves: a server, or a model of VS Code. Their text is seen as it comes; what it amounts to is an event. */
import type { Answered, Whom } from '../../src/protocol/reasoningPanelApi';
import { h, setText, show } from '../shared/dom';
import { t } from '../shared/l10n';
import type { Host } from './host';
import type { Solving } from './solving';
import type { Shown } from './state';

export async function askExternalSolver(host: Host, place: HTMLElement, whom: Whom, solving: Solving): Promise<void> {
  const { question, expected, signal } = solving;
  const text = h('pre');
  place.replaceChildren(h('p', { class: 'question' }, question), h('h2', {}, t('Step by step')), text);
  show(place, true);
  try {
    await host.call(
      'ask',
      { question, expected, whom },
      {
        signal,
        onProgress: (report) => {
          setText(text, report.text);
          text.scrollTop = text.scrollHeight;
        },
      },
    );
  } finally {
    show(place, false);
  }
}

export function answeredTrace({ whom, modelName, address, expected, trace, ending }: Answered): Shown {
  const { question, text, steps, division, answer, logprobs } = trace;
  const origin =
    whom === 'server'
      ? { kind: 'server' as const, modelName, address: address ?? '', ending }
      : { kind: 'vscode' as const, modelName, ending };
  return { origin, question, expected, text, steps, division, answer, direct: null, logprobs };
}
