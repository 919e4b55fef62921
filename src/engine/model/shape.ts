/** How large each layer's parts are. Layers of one model may differ. */
import type { MixerShape } from './mixers/parts';

export interface FeedForwardShape {
  /** Hidden units, of one expert where there are experts; 0: the layer has no network. */
  hidden: number;
  /** 0: dense. */
  experts: number;
  /** Experts that a token goes through. */
  expertsUsed: number;
  /** Hidden units of the expert that every token goes through; 0 where there is none. */
  sharedHidden: number;
  /** The router chooses by other numbers than it weighs with: a bias is added to them, or whole groups are left out. */
  choosesApart?: boolean;
}

export interface LayerShape {
  mixer: MixerShape;
  feedForward: FeedForwardShape;
  /** Where files number a layer's mixer and the network behind it apart (Nemotron-H): the blocks' numbers. */
  blocks?: readonly number[];
}

export const hasNetwork = ({ feedForward }: LayerShape): boolean => feedForward.hidden > 0;
