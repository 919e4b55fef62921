/** A circuit in words and as a table: its nodes, the three ratios, and what its strongest edges' cuts do. */
import type { Circuit, CircuitNode } from '../../../src/protocol/circuits';
import type { ModelCard } from '../../../src/protocol/explanation';
import { readableLabel } from '../../../src/shared/tokenLabel';
import { t } from '../../shared/l10n';
import { decimal, roughDuration, roundPercent, signedDecimal } from '../../shared/numbers';
import { cell, type TableRows } from '../../shared/tableTwin';
import { neuronName, type Thing } from '../interventions/things';
import { placedToken, type Placed } from '../words';
import type { Pruned } from './circuitLayout';

/** Terms this many times the difference nearly cancel each other. */
const SMALL_DIFFERENCE = 20;

export const nodeThing = ({ layer, position, expert, neuron }: CircuitNode): Thing =>
  layer === null || neuron === null
    ? { kind: 'token', token: position }
    : { kind: 'neuron', layer, expert, neuron, token: position };

/** "layer 3 neuron 17.5 at token 9:14 ‘(’". */
export function nodeName(id: string, { nodes, target, foil }: Circuit, run: Placed): string {
  const node = nodes.find((one) => one.id === id);
  if (!node) return t('‘{0}’ against ‘{1}’', readableLabel(target.text), readableLabel(foil.text));
  const token = placedToken(run, node.position);
  if (node.layer === null || node.neuron === null) return t('embedding of {0}', token);
  const name = neuronName({ expert: node.expert, neuron: node.neuron });
  return t('layer {0} neuron {1} at {2}', node.layer, name, token);
}

/** Nanoseconds of one core for each token and parameter that works on it, measured (bench/LOG.md, circuits of a large model). */
const NANOSECONDS = 4;

/** What a circuit of so many tokens will take; of a model larger than memory that hangs on the disk, and nothing is said. */
export function circuitCost({ activeParameters, bytesPerPass }: ModelCard, tokens: number): string {
  if (bytesPerPass !== undefined) return '';
  const ms = (tokens * activeParameters * NANOSECONDS) / 1e6;
  return t('Takes about {0} of one core, with progress; it can be cancelled.', roughDuration(ms));
}

/** With its numbers. */
export function nodeWords(id: string, circuit: Circuit, run: Placed): string {
  const name = nodeName(id, circuit, run);
  const node = circuit.nodes.find((one) => one.id === id);
  if (!node) return t('{0}: {1} logits', name, signedDecimal(circuit.difference));
  const effect = signedDecimal(node.effect);
  return node.value === null
    ? t('{0}: {1} logits directly', name, effect)
    : t('{0}: value {1}, {2} logits along direct paths', name, signedDecimal(node.value), effect);
}

/** `shown`: what the picture draws of it. */
export function circuitWords(circuit: Circuit, shown: Pruned): string {
  const { nodes, difference, completeness, target, foil } = circuit;
  const drawn = nodes.reduce((sum, { effect }) => sum + Math.abs(effect), 0);
  const all = completeness.drawnOfAll > 0 ? drawn / completeness.drawnOfAll : 0;
  const [signed, size] = [
    shown.nodes.reduce((sum, { effect }) => sum + effect, 0),
    shown.nodes.reduce((sum, { effect }) => sum + Math.abs(effect), 0),
  ];
  const words = [
    t(
      '‘{0}’ against ‘{1}’: a difference of {2} logits. {3} nodes are drawn: {4} of the difference with their signs, {5} of all terms by size. All terms are {6} times the difference.',
      readableLabel(target.text),
      readableLabel(foil.text),
      signedDecimal(difference),
      shown.nodes.length,
      roundPercent(signed / difference),
      roundPercent(all > 0 ? size / all : 0),
      decimal(completeness.allOfDifference),
    ),
  ];
  if (completeness.allOfDifference > SMALL_DIFFERENCE) words.push(t('A small difference of large terms.'));
  if (completeness.takenApart > 0) {
    const { takenApart, drawnOfValues } = completeness;
    words.push(
      t(
        'Lines into the {0} neurons that are taken apart are the strongest parts of their values: {1} of all parts by size.',
        takenApart,
        roundPercent(drawnOfValues),
      ),
    );
  }
  if (completeness.constants !== 0) words.push(t('Biases add {0}.', signedDecimal(completeness.constants)));
  words.push(t('Rounding leaves {0}.', signedDecimal(completeness.remainder)));
  return words.join(' ');
}

export function circuitTable(circuit: Circuit, { edges }: Pruned, run: Placed): TableRows {
  const named = (id: string): string => nodeName(id, circuit, run);
  const valueOf = new Map(circuit.nodes.map(({ id, value }) => [id, value]));
  return {
    caption: t('Edges of the circuit, the strongest first'),
    columns: [t('From'), t('Its value'), t('To'), t('Share of that value'), t('Influence, logits')],
    rows: [...edges]
      .sort((a, b) => Math.abs(b.influence) - Math.abs(a.influence))
      .map(({ from, to, share, influence }) => {
        const value = valueOf.get(from) ?? null;
        return [
          named(from),
          value === null ? '' : cell(value, signedDecimal),
          named(to),
          cell(share, signedDecimal),
          cell(influence, signedDecimal),
        ];
      }),
  };
}
