/** What do the expert's words mean? One plain line each. */
import { h } from '../../shared/dom';
import { t } from '../../shared/l10n';

export function glossary(): HTMLElement {
  const words: [string, string][] = [
    [t('token'), t('A piece of text that the model reads at once: a word, a part of one, a sign or a line break.')],
    [t('layer'), t('One of the floors that every token goes up through; each adds something to what is known of it.')],
    [
      t('head'),
      t(
        'A part of a layer that looks at other tokens (earlier ones; in encoders all) and brings something of them along; a layer has several.',
      ),
    ],
    [
      t('query, key, value'),
      t(
        'What a token looks for, what each other token offers to be found by, and what it hands over when it is found.',
      ),
    ],
    [t('weight'), t('The share of its look that a head spends on one token; those of one look add up to 100%.')],
    [t('sink'), t('A token on which heads rest when they look for nothing: mostly the first one, or a line break.')],
    ['<|bos|>', t('“Beginning of sequence”: a token that is put before every text and stands for no characters.')],
    [t('logit'), t('A number for each token of the vocabulary; the larger, the likelier it comes next.')],
    [
      t('surprisal'),
      t('How unlikely the token was that came, in bits: 1 bit for one in two, 10 bits for one in a thousand.'),
    ],
    [
      t('entropy'),
      t('How open it was what comes next, in bits: 0 when the model was sure, 1 between two that are alike.'),
    ],
    [
      t('neuron'),
      t(
        'The smallest part of a layer’s net: a number that rises on what it answers to, and writes one fixed direction.',
      ),
    ],
    [
      t('router, expert'),
      t('A small switch in each layer chooses for every token a few of many small nets, the experts; the others rest.'),
    ],
    [
      t('margin'),
      t('How far the last expert that was taken was ahead of the first that was not: small means a close choice.'),
    ],
    [t('KL, in nats'), t('How far a cut moved the whole prediction, not only one token: 0 when nothing moved.')],
    [
      t('probe'),
      t(
        'The same score on a random row of tokens given twice, where no meaning can help: it shows what a head does by itself.',
      ),
    ],
  ];
  return h(
    'dl',
    { class: 'glossary' },
    ...words.flatMap(([word, meaning]) => [h('dt', {}, word), h('dd', {}, meaning)]),
  );
}
