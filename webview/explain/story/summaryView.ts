/** What stands out? One sentence, its clearest case, and the other findings as chips. */
import type { Finding } from '../../../src/protocol/explanation';
import { h, oncePerFrame, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { roundPercent } from '../../shared/numbers';
import { setWords } from '../chips';
import { looksBothWays } from '../state/layers';
import type { Run } from '../state/run';
import type { Stage, View } from '../stage';
import { findingSentence, roleName } from '../heads/roleWords';
import { standsFor } from '../interventions/things';
import { pairWords } from '../words';

export function summaryView(stage: Stage): View {
  const { selection } = stage;
  const sentence = h('p', { class: 'sentence' });
  const example = h('button', { class: 'link', type: 'button' });
  const exampleLine = h('p', { class: 'example' }, h('span', {}, t('Clearest case:')), ' ', example);
  const chips = h('div', { class: 'chips', role: 'group', 'aria-label': t('What stands out') });
  const things = h('ol');
  const notice = h(
    'details',
    { class: 'notice-things', open: true },
    h('summary', {}, t('Three things to notice')),
    things,
  );
  const element = h('section', { class: 'summary', 'data-section': 'summary' }, notice, sentence, exampleLine, chips);
  let chosen: Finding | null = null;

  /** The finding of the head that is looked at, else the strongest. */
  const current = (run: Run): Finding | null => {
    const findings = run.explanation?.findings ?? [];
    const { head } = selection;
    const own = findings.filter((one) => one.layer === head.layer && one.head === head.head);
    return own.find((one) => one === chosen) ?? own[0] ?? findings[0] ?? null;
  };

  const draw = oncePerFrame(() => {
    const run = stage.run();
    show(element, run !== null);
    if (!run) return;
    const finding = current(run);
    // Beside a story, a head is told of once it is asked for.
    element.classList.toggle('picked', chosen !== null);
    show(sentence, run.explanation !== null);
    show(exampleLine, finding !== null);
    show(chips, (run.explanation?.findings.length ?? 0) > 1);
    if (!run.explanation) return;
    setWords(
      sentence,
      finding
        ? findingSentence(finding)
        : looksBothWays(run)
          ? t(
              'This model looks both ways: each token sees those behind it, too, and none is predicted. What heads are looked for is about what came before; none is told of here.',
            )
          : t('No head stands out on this text.'),
    );
    if (finding) drawExample(run, finding);
    const { head } = selection;
    const isOn = finding !== null && finding.layer === head.layer && finding.head === head.head;
    for (const chip of chips.querySelectorAll('button')) {
      chip.setAttribute('aria-pressed', String(isOn && chip.dataset.role === finding.role));
    }
  });

  const drawExample = (run: Run, { example: { query, key, weight } }: Finding): void => {
    setWords(example, pairWords(run.tokens[query], run.tokens[key], weight));
  };

  const lookAt = (finding: Finding): void => {
    chosen = finding;
    selection.change({
      headLock: { layer: finding.layer, head: finding.head },
      headPreview: null,
      tokenLock: null,
      tokenPreview: null,
      pointed: null,
    });
  };

  const drawChips = (run: Run): void => {
    chips.replaceChildren(
      ...(run.explanation?.findings ?? []).map((finding) =>
        standsFor(
          h(
            'button',
            {
              class: 'chip',
              type: 'button',
              'data-role': finding.role,
              'data-layer': finding.layer,
              'data-head': finding.head,
              title: findingSentence(finding),
              onclick: () => lookAt(finding),
            },
            h('b', {}, `L${finding.layer}H${finding.head}`),
            ` ${roleName(finding.role)} · ${roundPercent(finding.score)}`,
          ),
          { kind: 'head', layer: finding.layer, head: finding.head },
        ),
      ),
    );
  };

  const previewExample = (on: boolean): void => {
    const run = stage.run();
    const finding = run && current(run);
    if (!finding) return;
    const { query, key } = finding.example;
    const [focus, other] = selection.direction === 'from' ? [query, key] : [key, query];
    const locked = selection.tokenLock !== null;
    selection.change(
      on
        ? {
            headPreview: { layer: finding.layer, head: finding.head },
            tokenPreview: locked ? null : focus,
            pointed: other,
          }
        : { headPreview: null, tokenPreview: null, pointed: null },
    );
  };
  standsFor(example, () => {
    const run = stage.run();
    const finding = run && current(run);
    return finding
      ? {
          kind: 'edge',
          layer: finding.layer,
          head: finding.head,
          query: finding.example.query,
          key: finding.example.key,
        }
      : null;
  });
  example.addEventListener('pointerenter', () => previewExample(true));
  example.addEventListener('pointerleave', () => previewExample(false));
  example.addEventListener('focus', () => example.matches(':focus-visible') && previewExample(true));
  example.addEventListener('blur', () => previewExample(false));
  example.addEventListener('click', () => {
    const run = stage.run();
    const finding = run && current(run);
    if (!finding) return;
    const { query, key } = finding.example;
    selection.change({
      headLock: { layer: finding.layer, head: finding.head },
      tokenLock: selection.direction === 'from' ? query : key,
      headPreview: null,
      tokenPreview: null,
      pointed: selection.direction === 'from' ? key : query,
    });
  });

  return {
    element,
    runChanged() {
      chosen = null;
      const told = stage.run()?.subject.notice ?? [];
      show(notice, told.length > 0);
      things.replaceChildren(...told.map((words) => h('li', {}, words)));
      chips.replaceChildren();
      draw();
    },
    completed() {
      const run = stage.run();
      if (!run?.explanation) return;
      drawChips(run);
      const [finding] = run.explanation.findings;
      stage.say(finding ? findingSentence(finding) : t('No head stands out on this text.'));
      draw();
    },
    selectionChanged: draw,
  };
}
