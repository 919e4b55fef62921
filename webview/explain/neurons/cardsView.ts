/** Neurons by what they answer to: a search, and a card for each with its strongest tokens, what it writes, and its cut. */
import type { Edit } from '../../../src/protocol/edit';
import type { NeuronCard, NeuronCards, NeuronPlace } from '../../../src/protocol/neuronCards';
import { readableLabel } from '../../../src/shared/tokenLabel';
import { freshId, h, oncePerFrame, setText, show } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { coarsePercent, roundPercent, signedDecimal } from '../../shared/numbers';
import { tableTwin } from '../../shared/tableTwin';
import { button } from '../../shared/toolkit';
import { neuronName, standsFor } from '../interventions/things';
import type { Stage, View } from '../stage';
import { tokenPlace } from '../words';
import { askedQuery, cardTable, everyKind, fitWords, foundWords, kindQueryWords, labelWords, writtenWords } from './cardWords'; // prettier-ignore

/** Cards at most. */
const MOST = 24;

export function neuronCardsView(stage: Stage, cut: (...edits: Edit[]) => void): View {
  const { selection } = stage;
  const title = h('h2', { id: freshId('neuron-cards-title') }, t('Neurons by what they answer to'));
  const kinds = h(
    'datalist',
    { id: freshId('token-kinds') },
    ...everyKind().map((kind) => h('option', { value: kind })),
  );
  const field = h('input', {
    type: 'search',
    class: 'edit-field',
    list: kinds.id,
    spellcheck: 'false',
    'aria-label': t('What neurons should answer to'),
    placeholder: t('closing brackets · before commas · "return" · L4N33.29'),
  });
  let abort: AbortController | null = null;
  let found: NeuronCards | null = null;
  let asked = '';
  /** What `found` is about. */
  let text = '';
  const search = button(t('Search'), () => void ask());
  const cancel = button(t('Cancel'), () => abort?.abort(), { secondary: true });
  const said = h('p', { class: 'words', role: 'status' });
  const list = h('ul', { class: 'neuron-cards' });
  const table = tableTwin(() => (found ? cardTable(found, foundWords(found, asked), stage.run()!) : null));
  const element = h(
    'section',
    { class: 'view full', 'data-section': 'neuron-cards' },
    h('header', {}, title),
    h('div', { class: 'edit-typed' }, field, kinds, search, cancel),
    said,
    list,
    h(
      'p',
      { class: 'hint' },
      t(
        'A value is what the neuron gives: its activated gate times its up part, times the router’s weight. It is on where the value has at least half of its largest size. What it writes is read straight through the last norm, at its largest value: later layers make something else of it. A name says what it goes with, not what it is for: cut it to see what it does.',
      ),
    ),
    table.element,
  );

  const ask = async (): Promise<void> => {
    const run = stage.run();
    if (!run?.explanation) return;
    abort?.abort();
    const own = new AbortController();
    abort = own;
    const query = askedQuery(field.value);
    const words = t('Running other texts, and comparing every neuron…');
    setText(said, words);
    draw();
    try {
      const answer = await stage.host.call(
        'neuronCards',
        { query, most: MOST },
        {
          signal: own.signal,
          onProgress: (share) => abort === own && setText(said, `${words} ${roundPercent(share)}`),
        },
      );
      if (stage.run() !== run || abort !== own) return;
      found = answer;
      text = run.subject.text;
      asked = query === null || 'neuron' in query ? '' : 'kind' in query ? kindQueryWords(query) : t('‘{0}’', query.characters); // prettier-ignore
      setText(said, query && 'neuron' in query ? '' : foundWords(answer, asked));
      list.replaceChildren(...answer.cards.map((card) => cardOf(card)));
      table.invalidate();
    } catch (thrown) {
      if (stage.run() !== run || abort !== own) return;
      setText(said, own.signal.aborted ? t('Cancelled.') : (thrown as Error).message);
    } finally {
      if (abort === own) abort = null;
      draw();
    }
  };
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.isComposing) void ask();
  });

  const cardOf = (card: NeuronCard): HTMLElement => {
    const { layer, expert, neuron, peak, density, here, elsewhere, writes, label } = card;
    const thing = { kind: 'neuron', layer, expert, neuron, token: null } as const;
    const name = t('layer {0} neuron {1}', layer, neuronName(card));
    const part = (heading: string, ...body: (Node | string)[]): HTMLElement =>
      h('div', {}, h('h4', {}, heading), ...body);
    const goesWith = asked !== '' && card.asked && (!label || kindQueryWords(label) !== asked);
    return standsFor(
      h(
        'li',
        { class: 'neuron-card', 'data-neuron': `L${layer}N${neuronName(card)}` },
        h('h3', {}, name),
        h('p', {}, labelWords(card)),
        ...(goesWith ? [h('p', {}, fitWords(asked, card.asked!))] : []),
        h(
          'p',
          { class: 'hint' },
          t('largest value {0}, on at {1} of tokens', signedDecimal(peak), coarsePercent(density)),
        ),
        part(t('Strongest in this text'), here.length > 0 ? h('ul', {}, ...here.map((place) => h('li', {}, placeHere(card, place)))) : t('silent')), // prettier-ignore
        ...(elsewhere.length > 0
          ? [part(t('Strongest in other texts'), h('ul', {}, ...elsewhere.map((place) => h('li', { title: place.text ?? '' }, ...snippet(place)))))] // prettier-ignore
          : []),
        ...(writes
          ? [part(t('It writes'), h('p', {}, t('for {0}', writtenWords(writes.up))), h('p', {}, t('against {0}', writtenWords(writes.down))))] // prettier-ignore
          : []),
        button(t('Cut at every token'), () => cut({ site: 'neuron', layer, ...(expert !== null && { expert }), neuron, do: 'zero' }), { secondary: true }), // prettier-ignore
      ),
      thing,
    );
  };

  /** Shows the token where the text stands. */
  const placeHere = ({ layer, expert, neuron }: NeuronCard, place: NeuronPlace): HTMLElement =>
    standsFor(
      h(
        'button',
        {
          type: 'button',
          class: 'receipt-name',
          onclick: () => selection.change({ tokenLock: place.position, pointed: place.position }),
        },
        h('span', { class: 'number' }, `${tokenPlace(stage.run()!, place.position)} `),
        ...snippet(place),
      ),
      { kind: 'neuron', layer, expert, neuron, token: place.position },
    );

  const draw = oncePerFrame(() => {
    const explanation = stage.run()?.explanation;
    const isEdited = (explanation?.interventions.length ?? 0) > 0;
    show(element, explanation != null);
    show(search, abort === null && !isEdited);
    show(cancel, abort !== null);
    if (isEdited && abort === null) setText(said, t('Neurons are searched in the run as it is: switch the interventions off to search.'));
    else if (abort === null && found === null && said.textContent === '') setText(said, t('Nothing is searched yet: an empty field gives those that go best with any kind of token.')); // prettier-ignore
    show(list, found !== null);
    show(table.element, found !== null);
  });

  return {
    element,
    table: table.all,
    runChanged() {
      abort?.abort();
      abort = null;
      // An edited run of the same text leaves what is known of the run as it is.
      if (stage.run()?.subject.text !== text) {
        found = null;
        list.replaceChildren();
      }
      setText(said, found ? foundWords(found, asked) : '');
      draw();
    },
    completed: draw,
    shown: draw,
  };
}

const snippet = ({ before, token, after, value }: NeuronPlace): (Node | string)[] => [
  h('span', { class: 'snippet' }, readableLabel(before), h('mark', {}, token), readableLabel(after)),
  ' ',
  h('span', { class: 'number' }, signedDecimal(value)),
];
