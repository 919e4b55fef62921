/** What does each head do? For each role the strongest heads, how they are measured, and all of it as a table. */
import type { RoleScores } from '../../../src/protocol/explanation';
import { freshId, h, oncePerFrame, setText, show } from '../../shared/dom';
import { shareBar } from '../../shared/shareBar';
import { t } from '../../shared/l10n';
import { excess, reaches } from '../../../src/shared/roleStrength';
import { integer, roundPercent } from '../../shared/numbers';
import { cell, tableTwin } from '../../shared/tableTwin';
import { ranked } from './headOrder';
import { roleReceiptsOf } from './roleReceipts';
import { casesWords, findingSentence, roleFormula, roleName } from './roleWords';
import { hasWeights } from '../state/layers';
import type { Run } from '../state/run';
import { probeRuns, readsAgain } from '../readsAgain';
import { standsFor } from '../interventions/things';
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
  const rows = h('tbody');
  const body = h(
    'table',
    { class: 'role-list' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        h('th', { scope: 'col' }, t('Role')),
        h(
          'th',
          { scope: 'col' },
          t('Strongest heads'),
          h('span', { class: 'tick-key baseline' }, t('the head’s baseline, or everywhere alike')),
          h('span', { class: 'tick-key threshold' }, t('threshold')),
        ),
      ),
    ),
    rows,
  );
  const table = tableTwin(() => {
    const run = stage.run();
    const roles = stage.roles.all();
    if (!run?.model || roles.length === 0) return null;
    const { heads } = run.model;
    return {
      caption: t('Score of every head for every role'),
      columns: [t('Layer'), t('Head'), ...roles.map(({ role }) => roleName(role))],
      rows: Array.from(roles[0].scores, (_, i) => i)
        .filter((i) => hasWeights(run, { layer: Math.floor(i / heads), head: i % heads }))
        .map((i) => [
          cell(Math.floor(i / heads)),
          cell(i % heads),
          ...roles.map(({ scores }) => cell(scores[i], roundPercent)),
        ]),
    };
  });
  const receipts = roleReceiptsOf(stage);
  const again = readsAgain(stage);
  const element = h(
    'section',
    { class: 'view full', 'data-section': 'roles' },
    h('header', {}, title),
    sentence,
    body,
    waiting,
    again.element,
    receipts.element,
    table.element,
  );

  const draw = oncePerFrame(() => {
    const run = stage.run();
    receipts.draw();
    show(body, run?.explanation != null);
    show(waiting, run?.explanation != null && stage.roles.waiting);
    if (!run?.explanation || !run.model) return setText(sentence, t('Not computed.'));
    const roles = stage.roles.all();
    const { heads } = run.model;
    // The role whose strongest head is furthest above its threshold speaks for the text, first of those with a baseline.
    const inOrder = roles
      .map((role) => ({ role, best: ranked(role, heads)[0] }))
      .sort(
        (a, b) =>
          Number(b.role.baselines !== undefined) - Number(a.role.baselines !== undefined) ||
          excess(b.role, b.best.index) - excess(a.role, a.best.index),
      );
    const told = inOrder.find(({ role, best }) => reaches(role, best.index));
    setText(
      sentence,
      told
        ? findingSentence({
            ...told.role,
            ...told.best,
            baseline: told.role.baselines?.[told.best.index],
            outer: told.role.outer?.[told.best.index] === 1,
          })
        : t('No head reaches the threshold of any role on this text.'),
    );
    const opened = new Set(
      [...body.querySelectorAll<HTMLDetailsElement>('details[open]')].map((one) => one.dataset.role),
    );
    rows.replaceChildren(...inOrder.map(({ role: one }) => drawRole(run, one, heads, opened.has(one.role))));
    table.invalidate();
  });

  const drawRole = (run: Run, scores: RoleScores, heads: number, open: boolean): HTMLElement => {
    const { role, threshold, chance } = scores;
    // A layer without attention looks at nothing, so nothing is said of its heads.
    const all = ranked(scores, heads).filter((one) => hasWeights(run, one));
    const [best, ...others] = all.slice(0, DRAWN);
    const above = Array.from(scores.scores).filter((_, head) => reaches(scores, head)).length;
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
              casesWords(scores),
              roundPercent(chance),
            ),
          ),
      scores.baselines && best
        ? h(
            'p',
            { class: 'hint' },
            scores.outer?.[best.index] === 1
              ? t(
                  'Where another bracket is open around, its lead over the weight on the outer one is {0}: that has to reach the threshold.',
                  roundPercent(best.score - scores.baselines[best.index]),
                )
              : t(
                  'Less the same head’s mean weight at the same distances at other places, {0}, which the threshold is counted from.',
                  roundPercent(scores.baselines[best.index]),
                ),
          )
        : null,
      h(
        'p',
        { class: 'hint' },
        t('Threshold: {0}; {1} of {2} heads reach it.', roundPercent(threshold), integer(above), integer(all.length)),
      ),
    );
    return h(
      'tr',
      { class: 'role', 'data-role': role },
      h('th', { scope: 'row' }, roleName(role), how),
      h(
        'td',
        {},
        best ? headButton(best, scores, track(best, scores)) : null,
        h('div', { class: 'others' }, ...others.map((one) => headButton(one, scores))),
      ),
    );
  };

  /** The score as a bar, with a tick at what it has to be better than, and one at what it has to reach. */
  const track = ({ score, index }: { score: number; index: number }, scores: RoleScores): HTMLElement => {
    const baseline = scores.baselines?.[index] ?? scores.chance;
    const threshold = scores.threshold + (scores.baselines?.[index] ?? 0);
    const tick = (kind: string, at: number): HTMLElement => {
      const mark = h('span', { class: `tick ${kind}`, 'aria-hidden': 'true' });
      mark.style.setProperty('--at', `${100 * Math.max(0, Math.min(1, at))}%`);
      return mark;
    };
    return shareBar(Math.max(0, score), { marks: [tick('baseline', baseline), tick('threshold', threshold)] });
  };

  const headButton = (
    one: HeadRef & { index: number; score: number },
    scores: RoleScores,
    beside?: HTMLElement,
  ): HTMLElement => {
    const chosen = selection.headLock?.layer === one.layer && selection.headLock.head === one.head;
    const button = h(
      'button',
      {
        type: 'button',
        class: reaches(scores, one.index) ? 'role-head strong' : 'role-head',
        'aria-pressed': String(chosen),
        title: headName(one),
        'data-layer': one.layer,
        'data-head': one.head,
        onclick: () => selection.toggleHead({ layer: one.layer, head: one.head }),
      },
      h('span', { class: 'name' }, `L${one.layer}H${one.head}`),
      beside,
      h('span', { class: 'number' }, roundPercent(one.score)),
    );
    standsFor(button, { kind: 'head', layer: one.layer, head: one.head });
    if (!beside) return button;
    // Bars are compared from row to row: where there is no probe, its place stays.
    const probe = stage.roles.probe(scores.role);
    const onProbe = probe && roundPercent(probe.scores[one.index]);
    button.append(
      h(
        'span',
        {
          class: 'hint',
          title: t(
            'The same score on a random row of tokens given twice, where no meaning can help: it shows what a head does by itself.',
          ),
        },
        onProbe === undefined ? '' : t('probe {0}', onProbe),
      ),
    );
    return button;
  };

  return {
    element,
    table: table.all,
    runChanged() {
      receipts.forget();
      again.close();
      draw();
    },
    completed: draw,
    selectionChanged: draw,
    optionsChanged: draw,
    shown() {
      stage.roles.fetch((probe) => again.ask(probeRuns, probe));
      draw();
    },
  };
}
