/**
 * A circuit of one prediction: neurons and embeddings, and the direct paths between them, with attention weights (of layers without
 * attention their implied influence), gates, routing, the norms' scales and the ratio of activations as they were. Shares account for values; what a cut would do is predicted and checked apart from them.
 */
import type { ExpertName } from './edit';

export interface CircuitNode {
  /** "E12": embedding of token 12; "L3N17.5@12": neuron 5 of expert 17 in layer 3 at token 12; "L3Nshared.5@12": of the expert that every token goes through; "D": the prediction. */
  id: string;
  layer: number | null;
  position: number;
  expert: ExpertName | null;
  neuron: number | null;
  /** act(gate) · up, or act(up) where there is no gate, times the router's weight or the shared expert's gate; of an embedding null. */
  value: number | null;
  /** What its write adds to logit(target) − logit(foil) along direct paths. */
  effect: number;
}

export interface CircuitEdge {
  from: string;
  to: string;
  /** Of the receiving value, in its units; into D: in logits. Gate and up get half of their product each. */
  share: number;
  /** The share in logits, along the receiver's direct paths. */
  influence: number;
}

/** One edge cut: how much it takes from the receiving neuron's value, or from the prediction's difference, in logits. */
export interface CheckedEdge {
  from: string;
  to: string;
  /** From the graph: value − value without the sender's part of gate and up. */
  predicted: number;
  /** The sender's write taken away in a pass forward, attention, routing and norms held as they were. */
  frozen: number;
  /** `predicted` and `frozen` agree to this: what the kernel's rounding does to the receiving value, before and after the cut. */
  floor: number;
  /** The sender cut in the model, everything free. */
  free: number;
}

export interface Circuit {
  position: number;
  target: { id: number; text: string };
  foil: { id: number; text: string };
  /** logit(target) − logit(foil), before a cap of logits, which is not linear. */
  difference: number;
  nodes: CircuitNode[];
  edges: CircuitEdge[];
  completeness: {
    /** Effects of the drawn nodes over the whole difference. */
    drawnOfWhole: number;
    /** Σ|drawn| / Σ|all|. */
    drawnOfAll: number;
    /** Σ|all| / |difference|: above 20 a small difference of large terms. */
    allOfDifference: number;
    /** What biases add to the difference along direct paths: a term of its own, no node. */
    constants: number;
    /** What all nodes and constants leave of the difference. */
    remainder: number;
    /** Neurons whose values are taken apart: those of the strongest effects. Only lines into them, and into D, are drawn. */
    takenApart: number;
    /** Σ|parts that are drawn as lines| / Σ|all parts| of their values. */
    drawnOfValues: number;
    /** The most that all parts and biases leave of one of these values. */
    valuesRemainder: number;
  };
  /** The strongest edges of all, and the strongest between neurons. */
  checked: CheckedEdge[];
}
