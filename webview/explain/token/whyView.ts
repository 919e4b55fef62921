/** Why this token and not that one? What each head, expert and place wrote for one and against the other; it adds up. */
import type { Why, WhyPart, WhyTerm } from '../../../src/protocol/whyApi';
import { readableLabel, shortened } from '../../../src/shared/tokenLabel';
import { freshId, h, oncePerFrame, show } from '../../shared/dom';
import { info } from '../../shared/info';
import { t } from '../../shared/l10n';
import { decimal, percent, signedDecimal } from '../../shared/numbers';
import { cell, tableTwin } from '../../shared/tableTwin';
import { button } from '../../shared/toolkit';
import { barList, type Bar } from './barList';
import { overText } from './overText';
import { largestBy } from './edges';
import { setWords, worded } from '../chips';
import { latest } from '../host';
import { eachOfText, readsAgain, tokenAgain } from '../readsAgain';
import { Rereadings } from '../rereadings';
import { beforeAfter } from '../interventions/beforeAfter';
import { pairsOf, type Compared, type Pair } from '../interventions/compared';
import { partThing, type Thing } from '../interventions/things';
import { inPlaceOf, looksBothWays } from '../state/layers';
import type { Run } from '../state/run';
import type { Stage, View } from '../stage';
import { headName, quoted, tokenHover, tokenName, tokenPlace } from '../words';

const SHOWN = 8;
/** Where the parts nearly cancel each other, a share of the difference would mislead. */
const LARGE_TERMS = 3;

export function whyView(stage: Stage): View {
  const { selection } = stage;
  const title = h('h2', { id: freshId('why-title') });
  const sentence = h('p', { class: 'words' });
  const columns = h('div', { class: 'readings' });
  const over = overText({
    point: (token) => selection.change({ pointed: token }),
    choose: (token) => selection.change({ tokenLock: token, tokenPreview: null, pointed: null }),
  });
  const field = h('input', {
    type: 'text',
    'aria-label': t('Another token in its place'),
    placeholder: t('e.g. await'),
  });
  const wrong = h('span', { class: 'hint', role: 'status' });
  const form = h(
    'form',
    { class: 'typed' },
    h('label', {}, t('and not …'), ' ', field),
    button(t('Ask'), () => form.requestSubmit(), { secondary: true }),
    wrong,
  );
  /** The token that was typed, for all places until the text changes; null: the likeliest other. */
  let typed: { text: string; id: number } | null = null;
  const table = tableTwin(async (signal) => {
    const run = stage.run();
    if (!run?.explanation) return null;
    const position = selection.query;
    const why = await answers.get(position, signal);
    if (!why || stage.run() !== run) return null;
    return whyTable(run, whyTitle(run, why), why);
  });
  const again = readsAgain(stage);
  const answers = new Rereadings<number, Why>(stage, {
    name: String,
    ask: (position, signal) => stage.host.call('why', asked(position), { signal }),
    passes: 2,
  });
  const compared = beforeAfter(stage, tokenAgain(2));
  const element = h(
    'section',
    { class: 'view full', 'data-section': 'why' },
    h('header', {}, title),
    form,
    again.element,
    answers.element,
    sentence,
    over.element,
    columns,
    compared.element,
    info(
      t(
        'Logits for the one minus logits for the other, as each part wrote them at this token, read through the last norm as it was. The parts add up; what is left is rounding. This is the direct effect, not cut: what later parts made of it is counted with them. A place that was read is not its word: its value already mixes earlier ones.',
      ),
    ),
    table.element,
  );
  const ask = latest();
  let visible = false;

  const asked = (position: number): { position: number; foil?: number } => {
    const follows = stage.run()!.tokens.at(position + 1)?.id;
    return { position, ...(typed && typed.id !== follows && { foil: typed.id }) };
  };

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const run = stage.run();
    if (!run?.explanation) return;
    const text = field.value;
    if (text === '') compare(run, text);
    else again.ask(eachOfText, () => compare(run, text));
  });

  const compare = (run: Run, text: string): void =>
    ask(async (signal) => {
      const tokens =
        text === ''
          ? []
          : (await stage.host.call('continuation', { position: selection.query, text }, { signal })).tokens;
      if (stage.run() !== run) return;
      typed = text === '' ? null : { text, id: tokens[0].id };
      const isPart = tokens.length > 1;
      setWords(wrong, isPart ? t('Its first token is compared: {0}', t('‘{0}’', readableLabel(tokens[0].label))) : '');
      answers.clear();
      draw();
    });

  const draw = oncePerFrame(() => {
    const run = stage.run();
    show(element, run?.explanation != null && !looksBothWays(run));
    if (!run?.explanation || !visible || looksBothWays(run)) return;
    const position = selection.query;
    const why = answers.look(position, draw);
    if (why) return fill(run, why);
    setWords(title, t('Why this token? After {0}', quoted(run.tokens[position])));
    if (answers.asks) empty();
  });

  const empty = (): void => {
    compared.clear();
    columns.replaceChildren();
    show(over.element, false);
    setWords(sentence, '');
  };

  const fill = (run: Run, why: Why): void => {
    const [target, foil] = [why.target, why.foil].map(({ label }) => t('‘{0}’', readableLabel(label)));
    setWords(title, whyTitle(run, why));
    const size = why.terms.reduce((sum, { effect }) => sum + Math.abs(effect), 0);
    const words = t(
      '{0} ({1}) against {2} ({3}): a difference of {4} logits, made of parts of {5} in all; rounding leaves {6}.',
      target,
      percent(why.target.probability),
      foil,
      percent(why.foil.probability),
      signedDecimal(why.difference),
      decimal(size),
      signedDecimal(why.remainder),
    );
    const hybrid = run.model?.layerCards.some(({ mixer }) => inPlaceOf(mixer) === 'state');
    setWords(
      sentence,
      [
        words,
        ...(size > LARGE_TERMS * Math.abs(why.difference) ? [t('A small difference of large parts.')] : []),
        ...(hybrid
          ? [
              t(
                'What a layer without attention gave is told by place through its implied influence, its norm held as it was.',
              ),
            ]
          : []),
      ].join(' '),
    );
    table.invalidate();
    over.draw(
      run,
      why.position,
      largestBy(why.positions.slice(0, -1), SHOWN).map((key) => ({
        key,
        effect: why.positions[key],
        title: placeTitle(run, key, why.positions[key]),
      })),
    );
    const largest = Math.max(Math.abs(why.terms[0].effect), ...why.positions.map(Math.abs));
    const list = (name: string, heading: string, terms: readonly WhyTerm[]): HTMLElement =>
      h(
        'div',
        { 'data-reading': name },
        h('h3', {}, ...worded(heading)),
        barList(
          terms.slice(0, SHOWN).map((term) => barOf(run, term)),
          largest,
        ),
      );
    columns.replaceChildren(
      list(
        'for',
        t('For {0}', target),
        why.terms.filter(({ effect }) => effect > 0),
      ),
      list(
        'against',
        t('For {0}', foil),
        why.terms.filter(({ effect }) => effect < 0),
      ),
      h(
        'div',
        { 'data-reading': 'places' },
        h('h3', {}, t('By line and token read')),
        barList(placeBars(run, why), largest),
      ),
    );
    const { position } = why;
    const tokens = { target: why.target.id, foil: why.foil.id };
    compared.look(JSON.stringify([position, tokens]), async (before, signal) =>
      whyCompared(run, await before.call('why', { position, ...tokens }, { signal }), why),
    );
  };

  const barOf = (run: Run, { part, effect, read }: WhyTerm): Bar => {
    const place = read && run.tokens[read.key];
    const words = `${partName(run, part)}: ${signedDecimal(effect)}`;
    return {
      thing: partThing(part, selection.query, run.model?.layerCards ?? []),
      label: place ? `${shortName(run, part)} ${shortened(place.label, 12)}` : shortName(run, part),
      value: effect,
      text: signedDecimal(effect),
      title: place ? `${words}\n${t('mostly by reading {0}: {1}', quoted(place), signedDecimal(read.effect))}` : words,
      onPoint: (on) =>
        part.kind === 'head' &&
        selection.change({
          headPreview: on ? { layer: part.layer, head: part.head } : null,
          pointed: on && read ? read.key : null,
        }),
      ...(part.kind === 'head' && {
        onChoose: () => selection.change({ headLock: { layer: part.layer, head: part.head }, headPreview: null }),
      }),
      ...(part.kind === 'expert' && { onChoose: () => stage.openExperts(part.layer, selection.query) }),
    };
  };

  const placeBars = (run: Run, { positions }: Why): Bar[] =>
    largestBy(positions, SHOWN).map((key) => ({
      thing: { kind: 'token', token: key },
      label: `${tokenPlace(run, key)}  ${shortened(run.tokens[key].label, 12)}`,
      value: positions[key],
      text: signedDecimal(positions[key]),
      title: placeTitle(run, key, positions[key]),
      onPoint: (on) => selection.change({ pointed: on ? key : null }),
      onChoose: () => selection.change({ tokenLock: key, tokenPreview: null, pointed: null }),
    }));

  return {
    element,
    table: table.all,
    compared: compared.tables,
    runChanged() {
      answers.clear();
      empty();
      typed = null;
      setWords(wrong, '');
      draw();
    },
    completed: draw,
    selectionChanged: draw,
    shown() {
      visible = true;
      draw();
    },
  };
}

const placeTitle = (run: Run, key: number, effect: number): string =>
  `${tokenHover(run, key)}\n${signedDecimal(effect)}`;

function whyTitle(run: Run, { target, foil, position }: Why): string {
  const [one, other] = [target, foil].map(({ label }) => t('‘{0}’', readableLabel(label)));
  return t('Why {0} and not {1}? After {2}', one, other, quoted(run.tokens[position]));
}

function whyTable(run: Run, caption: string, { terms, remainder }: Why) {
  return {
    caption,
    columns: [t('Part'), t('Logits')],
    rows: [
      ...terms.map(({ part, effect }) => [partName(run, part), cell(effect, signedDecimal)]),
      [t('rounding'), cell(remainder, signedDecimal)],
    ],
  };
}

/** What each part wrote for the same two tokens in both runs, all of it together, and what came of each place that was read. */
function whyCompared(run: Run, before: Why, after: Why): Compared[] {
  const { position } = after;
  const byPart = new Map<string, Pair>();
  const put = ({ terms, difference }: Why, when: 'before' | 'after'): void => {
    const add = (name: string, effect: number, thing?: Thing): void => {
      const pair = byPart.get(name) ?? { name, before: 0, after: 0, ...(thing && { thing }) };
      byPart.set(name, { ...pair, [when]: effect });
    };
    add(t('all parts together'), difference);
    for (const { part, effect } of terms)
      add(partName(run, part), effect, partThing(part, position, run.model?.layerCards ?? []));
  };
  put(before, 'before');
  put(after, 'after');
  const logits = { value: signedDecimal, change: signedDecimal };
  return [
    {
      heading: t('{0}, in logits: before → after', whyTitle(run, after)),
      of: t('Part'),
      pairs: [...byPart.values()],
      ...logits,
    },
    {
      heading: t('By token read, in logits: before → after'),
      of: t('Token'),
      pairs: pairsOf(
        before.positions,
        after.positions,
        (token) => tokenName(run, token),
        (token) => ({ kind: 'token', token }),
      ),
      ...logits,
    },
  ];
}

/** As researchers write it; what the person reads in full is in the title. */
function shortName(run: Run, part: WhyPart): string {
  if (part.kind === 'head') return `L${part.layer}H${part.head}`;
  return part.kind === 'expert' ? `L${part.layer}E${part.expert}` : partName(run, part);
}

function partName(run: Run, part: WhyPart): string {
  switch (part.kind) {
    case 'embedding':
      return t('embedding');
    case 'head':
      return headName(part);
    case 'expert':
      return t('layer {0} expert {1}', part.layer, part.expert);
    case 'feed-forward':
      return run.model?.layerCards[part.layer].feedForward === 'dense'
        ? t('layer {0} feed-forward', part.layer)
        : t('layer {0} shared expert', part.layer);
    case 'constants':
      return t('biases');
  }
}
