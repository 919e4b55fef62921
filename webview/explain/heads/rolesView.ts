/** What does each head do? For each role the strongest heads, how they are measured, and all of it as a table. */
import type { RoleScores } from '../../../src/protocol/explanation';
import { freshId, h, oncePerFrame, setText, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { integer, roundPercent } from '../../shared/numbers';
import { cell, tableTwin } from '../../shared/tableTwin';
import { ranked } from './headOrder';
import { findingSentence, roleFormula, roleName } from './roleWords';
import type { HeadRef } from '../state/selection';
import type { Stage, View } from '../stage';
import { headName } from '../words';

/** Heads that are drawn for a role. */
const DRAWN = 5;

export function rolesView(stage: Stage): View {
  const { selection } = stage;
  const title = h('h2', { id: freshId('roles-title') }, t('What each head does on this text'));
  const sentence = h('p', { class: 'words' });
  const waiting = h(
    'p',
    { class: 'hint' },
    t('Asking the language support for definitions, and the model for its probe…'),
  );
  const body = h('div', { class: 'role-list' });
  const table = tableTwin(() => {
    const run = stage.run();
    const roles = stage.roles.all();
    if (!run?.model || roles.length === 0) return null;
    const { heads } = run.model;
    return {
      caption: t('Score of every head for every role'),
      columns: [t('Layer'), t('Head'), ...roles.map(({ role }) => roleName(role))],
      rows: Array.from(roles[0].scores, (_, i) => [
        cell(Math.floor(i / heads)),
        cell(i % heads),
        ...roles.map(({ scores }) => cell(scores[i], roundPercent)),
      ]),
    };
  });
  const element = h(
    'section',
    { class: 'view full', 'data-section': 'roles' },
    h('header', {}, title),
    sentence,
    body,
    waiting,
    table.element,
  );

  const draw = oncePerFrame(() => {
    const run = stage.run();
    show(body, run?.explanation != null);
    if (!run?.explanation || !run.model) return;
    const roles = stage.roles.all();
    const { heads } = run.model;
    // The role whose strongest head is furthest above its threshold speaks for the text.
    const [clearest] = [...roles].sort((a, b) => excess(b) - excess(a));
    const [best] = clearest ? ranked(clearest, heads) : [];
    setText(
      sentence,
      best && excess(clearest) >= 0
        ? findingSentence({ ...clearest, ...best })
        : t('No head reaches the threshold of any role on this text.'),
    );
    show(waiting, stage.roles.waiting);
    const opened = new Set(
      [...body.querySelectorAll<HTMLDetailsElement>('details[open]')].map((one) => one.dataset.role),
    );
    body.replaceChildren(...roles.map((one) => drawRole(one, heads, opened.has(one.role))));
    table.invalidate();
  });

  const drawRole = (scores: RoleScores, heads: number, open: boolean): HTMLElement => {
    const { role, threshold, queries, chance } = scores;
    const best = ranked(scores, heads).slice(0, DRAWN);
    const probe = stage.roles.probe(role);
    const above = Array.from(scores.scores).filter((score) => score >= threshold).length;
    const how = h(
      'details',
      { 'data-role': role, open },
      h('summary', { class: 'hint' }, t('How it is measured')),
      h('p', { class: 'hint' }, roleFormula(role)),
      role === 'uniform'
        ? null
        : h(
            'p',
            { class: 'hint' },
            t(
              'Score: mean weight on these keys over {0} queries. A head that looks at all its keys alike would have {1}.',
              integer(queries),
              roundPercent(chance),
            ),
          ),
      h(
        'p',
        { class: 'hint' },
        t(
          'Threshold: {0}; {1} of {2} heads reach it.',
          roundPercent(threshold),
          integer(above),
          integer(scores.scores.length),
        ),
      ),
    );
    return h(
      'div',
      { class: 'role', 'data-role': role },
      h('h3', {}, roleName(role)),
      h('div', { class: 'role-heads' }, ...best.map((one) => headBar(one, scores, probe))),
      how,
    );
  };

  const headBar = (
    one: HeadRef & { score: number },
    scores: RoleScores,
    probe: RoleScores | undefined,
  ): HTMLElement => {
    const bar = h('span', { class: 'bar', 'aria-hidden': 'true' });
    bar.style.setProperty('--share', String(Math.min(1, one.score)));
    const chosen = selection.headLock?.layer === one.layer && selection.headLock.head === one.head;
    const { heads } = stage.run()!.model!;
    const button = h(
      'button',
      {
        type: 'button',
        class: one.score >= scores.threshold ? 'role-head strong' : 'role-head',
        'aria-pressed': String(chosen),
        'data-layer': one.layer,
        'data-head': one.head,
        onclick: () => selection.toggleHead({ layer: one.layer, head: one.head }),
      },
      h('span', { class: 'name' }, headName(one)),
      h('span', { class: 'track' }, bar),
      h('span', { class: 'number' }, roundPercent(one.score)),
    );
    if (probe) {
      const onProbe = roundPercent(probe.scores[one.layer * heads + one.head]);
      button.append(h('span', { class: 'hint' }, t('probe {0}', onProbe)));
    }
    return button;
  };

  return {
    element,
    table: table.all,
    runChanged: draw,
    completed: draw,
    selectionChanged: draw,
    optionsChanged: draw,
    shown() {
      stage.roles.fetch();
      draw();
    },
  };
}

/** How far the strongest head is above the threshold, as a share of what is left above it. */
function excess({ scores, threshold }: RoleScores): number {
  return (Math.max(...scores) - threshold) / (1 - threshold);
}
