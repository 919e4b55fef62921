/** What the interventions changed: what comes next, how surprising each token is, how far each head’s weights moved. */
import type { Candidate } from '../../../src/protocol/explanation';
import { freshId, h, oncePerFrame, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { percent, signedDecimal } from '../../shared/numbers';
import { cell, tableTwin, type TableRows } from '../../shared/tableTwin';
import { surprisalBits as surprisal } from '../../../src/shared/surprisal';
import { shortened } from '../../../src/shared/tokenLabel';
import { setWords } from '../chips';
import type { Run } from '../state/run';
import type { Stage, View } from '../stage';
import { barList, type Bar } from '../token/barList';
import { headName, placeCell, placedToken, tokenPlace } from '../words';
import { beforeAfter } from './beforeAfter';
import { changedGroup, type Open } from './changedGroup';

const SHOWN = 8;

/** `open`: what the person looks at, which is compared beside what is compared of every run. */
export function changesView(stage: Stage, open: () => Open): View & { shown(): void } {
  const title = h('h2', { id: freshId('changes-title') }, t('Before and after'));
  const sentence = h('p', { class: 'words' });
  const columns = h('div', { class: 'readings' });
  const ofGroup = beforeAfter(stage);
  const table = tableTwin(() => {
    const run = stage.run();
    return run?.explanation && run.before ? changesTable(run, run.before) : null;
  });
  const element = h(
    'section',
    { class: 'view full', 'data-section': 'changes' },
    h('header', {}, title),
    sentence,
    ofGroup.element,
    columns,
    table.element,
  );

  /** Only this is drawn anew while somebody points at things: what is pointed at stays. */
  const compare = oncePerFrame(() => {
    const { group, flow } = open();
    const { head, token, direction } = stage.selection;
    const place =
      group === 'experts' ? token : group === 'attention' || group === 'edges' ? [head, token, direction] : flow;
    ofGroup.look(JSON.stringify([group, place]), async (_, signal) => {
      const found = await changedGroup(stage, { group, flow }, signal);
      return found ? [found] : [];
    });
  });
  const draw = oncePerFrame(() => {
    const run = stage.run();
    const before = run?.before;
    show(element, run?.explanation != null && run.explanation.interventions.length > 0 && before != null);
    if (!run?.explanation || !before?.explanation) return;
    const { moved } = run.explanation;
    setWords(sentence, moved ? movedWords(run, moved) : predictedWords(run, before));
    const next = nextChanges(run, before);
    const tokens = tokenChanges(run, before);
    const heads = headChanges(run, before);
    const part = (name: string, heading: string, body: HTMLElement): HTMLElement =>
      h('div', { 'data-reading': name }, h('h3', {}, heading), body);
    const predicted = (): HTMLElement[] => [
      part(
        'next',
        t('What comes next: before → after'),
        barList(
          next.slice(0, SHOWN).map(({ label, was, is }) => ({
            label: shortened(label, 14),
            value: is - was,
            text: `${percent(was)} → ${percent(is)}`,
            title: t('{0}: {1} before, {2} after', label, percent(was), percent(is)),
            onPoint: () => {},
          })),
          Math.max(...next.map(({ was, is }) => Math.abs(is - was)), 1e-9),
        ),
      ),
      part(
        'tokens',
        t('Surprisal of tokens, bits more'),
        barList(
          tokens.slice(0, SHOWN).map(({ position, change }): Bar => ({
            thing: { kind: 'token', token: position },
            label: `${tokenPlace(run, position)} ${shortened(run.tokens[position].label, 14)}`,
            value: change,
            text: signedDecimal(change),
            title: t('{0}: {1} bits', placedToken(run, position), signedDecimal(change)),
            onPoint: (on) => stage.selection.change({ pointed: on ? position : null }),
          })),
          Math.max(...tokens.map(({ change }) => Math.abs(change)), 1e-9),
        ),
      ),
    ];
    const given = (moves: Float32Array): HTMLElement =>
      part(
        'moved',
        t('Tokens whose vectors moved most'),
        barList(
          byMove(moves)
            .slice(0, SHOWN)
            .map(({ position, move }): Bar => ({
              thing: { kind: 'token', token: position },
              label: `${tokenPlace(run, position)} ${shortened(run.tokens[position].label, 14)}`,
              value: move,
              text: percent(move),
              title: t('{0}: {1} of its length', placedToken(run, position), percent(move)),
              onPoint: (on) => stage.selection.change({ pointed: on ? position : null }),
            })),
          Math.max(...moves, 1e-9),
        ),
      );
    columns.replaceChildren(
      ...(moved ? [given(moved)] : predicted()),
      part(
        'heads',
        t('Heads whose weights moved most'),
        barList(
          heads.slice(0, SHOWN).map(({ layer, head, change }): Bar => ({
            thing: { kind: 'head', layer, head },
            label: `L${layer}H${head}`,
            value: change,
            text: percent(change),
            title: t('{0}: a weight moved by {1}', headName({ layer, head }), percent(change)),
            onPoint: (on) => stage.selection.change({ headPreview: on ? { layer, head } : null }),
          })),
          Math.max(...heads.map(({ change }) => change), 1e-9),
        ),
      ),
    );
    table.invalidate();
    compare();
  });

  return {
    element,
    table: table.all,
    runChanged() {
      ofGroup.clear();
      draw();
    },
    completed: draw,
    selectionChanged: compare,
    shown: compare,
  };
}

function predictedWords(run: Run, before: Run): string {
  return t(
    'The surprisal of the whole text changed by {0} bits. What comes next was {1}, now {2}.',
    signedDecimal(textBits(run) - textBits(before)),
    first(before),
    first(run),
  );
}

/** Of a model that predicts nothing. */
function movedWords(run: Run, moved: Float32Array): string {
  const [{ position, move }] = byMove(moved);
  const mean = moved.reduce((sum, one) => sum + one, 0) / moved.length;
  return t(
    'What the model gives of a token moved by {0} of its length in the mean; most of all at {1}, by {2}.',
    percent(mean),
    placedToken(run, position),
    percent(move),
  );
}

const byMove = (moved: Float32Array): { position: number; move: number }[] =>
  Array.from(moved, (move, position) => ({ position, move })).sort((a, b) => b.move - a.move);

/** Of all tokens but the first, in bits. */
const textBits = (run: Run): number =>
  run.explanation!.logprobs.subarray(1).reduce((sum, logprob) => sum + surprisal(logprob), 0);

const first = (run: Run): string => {
  const [next] = run.explanation!.next;
  return `${t('‘{0}’', next.label)} (${percent(next.probability)})`;
};

/** Candidates that both runs name, largest change first: how likely another became is not known here. */
function nextChanges(after: Run, before: Run): { label: string; was: number; is: number }[] {
  const [now, then] = [after, before].map(
    ({ explanation }) => new Map(explanation!.next.map((candidate): [number, Candidate] => [candidate.id, candidate])),
  );
  return [...now.values()]
    .flatMap(({ id, label, probability: is }) => {
      const was = then.get(id)?.probability;
      return was === undefined ? [] : { label, was, is };
    })
    .sort((a, b) => Math.abs(b.is - b.was) - Math.abs(a.is - a.was));
}

function tokenChanges(after: Run, before: Run): { position: number; change: number }[] {
  const [now, then] = [after.explanation!.logprobs, before.explanation!.logprobs];
  return Array.from(now, (logprob, position) => ({ position, change: surprisal(logprob) - surprisal(then[position]) }))
    .filter(({ change }) => Number.isFinite(change))
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
}

/** The largest move of a weight in each head’s small map. */
function headChanges(after: Run, before: Run): { layer: number; head: number; change: number }[] {
  return after.maps
    .flatMap(({ layer, size, values, scales }) => {
      const old = before.maps[layer];
      if (!old || old.size !== size) return [];
      return Array.from(scales, (scale, head) => {
        let change = 0;
        for (let i = head * size * size; i < (head + 1) * size * size; i++) {
          change = Math.max(change, Math.abs((values[i] * scale - old.values[i] * old.scales[head]) / 255));
        }
        return { layer, head, change };
      });
    })
    .sort((a, b) => b.change - a.change);
}

function changesTable(after: Run, before: Run): TableRows {
  const { moved } = after.explanation!;
  if (moved) {
    return {
      caption: t('How far what the model gives of each token moved, as a share of its length'),
      columns: [t('Position'), t('Token'), t('Moved')],
      rows: after.tokens.map((token, i) => [placeCell(after, i), token.label, cell(moved[i], percent)]),
    };
  }
  const [now, then] = [after.explanation!.logprobs, before.explanation!.logprobs];
  return {
    caption: t('Surprisal of every token, in bits'),
    columns: [t('Position'), t('Token'), t('Before'), t('After'), t('Difference')],
    rows: after.tokens.slice(1).map((token, i) => {
      const [was, is] = [surprisal(then[i + 1]), surprisal(now[i + 1])];
      return [
        placeCell(after, i + 1),
        token.label,
        cell(was, signedDecimal),
        cell(is, signedDecimal),
        cell(is - was, signedDecimal),
      ];
    }),
  };
}
