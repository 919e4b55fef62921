/** What cannot be asked of a model whose tokens see later ones, too: it expects nothing of what follows. */
import { Problem } from '../../protocol/problem';
import type { ModelConfig } from './config';

/** Throws Problem both-ways for such a model: before predictions and whatever is measured by them. */
export function refuseBothWays({ bothWays }: Pick<ModelConfig, 'bothWays'>): void {
  if (!bothWays) return;
  throw new Problem(
    'both-ways',
    'This model looks both ways: each token sees those behind it, too, and none is predicted. Its attention is explained and can be intervened in; predictions and what is measured by them are not there.',
  );
}
