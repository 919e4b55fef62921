/** Where do these numbers come from? The model, its file and the times, on request. */
import { h, oncePerFrame } from '../../shared/dom';
import { t } from '../../shared/l10n';
import { count, duration, integer } from '../../shared/numbers';
import type { LayerCard } from '../../../src/protocol/explanation';
import { layersWords, ranges } from '../heads/layerWords';
import { interventionWords } from '../interventions/interventionWords';
import type { Run } from '../state/run';
import type { Stage, View } from '../stage';

export function provenanceView(stage: Stage): View & { statusChanged(): void } {
  const list = h('dl');
  const details = h('details', {}, h('summary', {}, t('Where these numbers come from')), list);
  const element = h('footer', { class: 'provenance', 'data-section': 'provenance' }, details);
  const draw = oncePerFrame(() => {
    const run = stage.run();
    if (!details.open || !run?.model) return;
    list.replaceChildren(...facts(run).flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
  });
  details.addEventListener('toggle', draw);
  return { element, runChanged: draw, completed: draw, statusChanged: draw };
}

function facts(run: Run): [string, string][] {
  const { model, tokens, explanation } = run;
  const { layers, heads, kvHeads, headDim, embedding, vocabulary, context, training, experts } = model!;
  const rows: [string, string][] = [
    [t('Model'), model!.name],
    [t('File'), model!.path],
    ['SHA-256', model!.sha256 ?? t('hashing…')],
    [t('Architecture'), model!.architecture],
    [t('Quantisation'), model!.quantization],
    [t('Kernel'), model!.kernel],
    [
      t('Shape'),
      t(
        '{0} layers; {1} heads with {2} for keys and values, {3} wide; {4} wide in all',
        layers,
        heads,
        kvHeads,
        headDim,
        embedding,
      ),
    ],
    [t('Layers'), layersWords(run).join('; ')],
    [t('Vocabulary'), integer(vocabulary)],
    [t('Context, as the file says'), t('{0} tokens', integer(context))],
    [
      t('Trained on'),
      training
        ? t('{0}; on texts of up to {1} tokens', training.on, integer(training.context))
        : t('not known: this model is none of the extension’s own'),
    ],
    [
      t('Parameters'),
      t('{0}, of which {1} are active per token', count(model!.parameters), count(model!.activeParameters)),
    ],
  ];
  if (experts > 0) rows.push([t('Experts'), expertWords(run)]);
  const computed = explanation?.computedTokens ?? tokens.length;
  rows.push([
    t('Explained'),
    computed < tokens.length
      ? t(
          '{0} tokens; {1} computed, the others taken over from a text that begins alike',
          integer(tokens.length),
          integer(computed),
        )
      : t('{0} tokens', integer(tokens.length)),
  ]);
  if (explanation) {
    const { loadMs, tokenizeMs, forwardMs, totalMs } = explanation.timings;
    if (explanation.threadsLost) {
      rows.push([
        t('Threads'),
        t('A helper thread ended unexpectedly: one thread computes until the model is loaded anew.'),
      ]);
    }
    rows.push([t('Interventions'), interventionWords(explanation.interventions)]);
    rows.push([
      t('Time'),
      t(
        '{0} in all: model {1}, tokens {2}, layers {3}',
        duration(totalMs),
        duration(loadMs),
        duration(tokenizeMs),
        duration(forwardMs),
      ),
    ]);
  }
  return rows;
}

function expertWords({ model }: Run): string {
  const { layerCards, experts, expertsUsed, routing } = model!;
  const having = (kinds: readonly LayerCard['feedForward'][]): string =>
    ranges(layerCards.flatMap(({ feedForward }, layer) => (kinds.includes(feedForward) ? [layer] : [])));
  const [dense, none, shared] = [having(['dense']), having(['none']), having(['experts-and-shared'])];
  const mixed = having(['experts', 'experts-and-shared']);
  return [
    dense + none === ''
      ? t('{0} of {1} in each layer', expertsUsed, experts)
      : dense === ''
        ? t('{0} of {1} in layers {2}', expertsUsed, experts, mixed)
        : t('{0} of {1} in layers {2}; layers {3} are dense', expertsUsed, experts, mixed, dense),
    ...(routing?.score === 'sigmoid' ? [t('scored by a sigmoid each')] : []),
    ...(routing?.bias ? [t('chosen with a bias that has no part in the weight')] : []),
    ...(routing?.groups ? [t('within {0} of {1} groups', routing.groups.used, routing.groups.count)] : []),
    ...(shared === '' ? [] : [t('and a shared expert for every token in layers {0}', shared)]),
  ].join('; ');
}
