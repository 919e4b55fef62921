/** After learning: which unit tells cats from the rest best? Only here are the kinds of the drawings looked at. */

export interface Detector {
  unit: number;
  /** It fires at this response or above. */
  threshold: number;
  /** Mean of the share of cats that fire it and the share of others that do not: ½ by chance. */
  accuracy: number;
}

/**
 * The best threshold for one unit's responses; with equal weight on both groups, however many there are of each.
 * @param responses [drawings]
 * @param wanted [drawings]: 1 for a cat
 */
export function bestThreshold(responses: Float32Array, wanted: Uint8Array): Omit<Detector, 'unit'> {
  const order = [...responses.keys()].sort((a, b) => responses[b] - responses[a]);
  const cats = wanted.reduce((sum, each) => sum + each, 0);
  const others = wanted.length - cats;
  let best = { threshold: Infinity, accuracy: 0.5 };
  let [hits, alarms] = [0, 0];
  for (const [at, drawing] of order.entries()) {
    if (wanted[drawing]) hits++;
    else alarms++;
    // Equal responses fall on the same side.
    const next = order[at + 1];
    if (next !== undefined && responses[next] === responses[drawing]) continue;
    const accuracy = (hits / cats + 1 - alarms / others) / 2;
    if (accuracy > best.accuracy) best = { threshold: responses[drawing], accuracy };
  }
  return best;
}

/** The best unit of [drawings][units]. */
export function bestUnit(responses: Float32Array, units: number, wanted: Uint8Array): Detector {
  let best: Detector = { unit: 0, threshold: Infinity, accuracy: 0 };
  const column = new Float32Array(wanted.length);
  for (let unit = 0; unit < units; unit++) {
    for (let drawing = 0; drawing < column.length; drawing++) column[drawing] = responses[drawing * units + unit];
    const found = bestThreshold(column, wanted);
    if (found.accuracy > best.accuracy) best = { unit, ...found };
  }
  return best;
}

/** Share of each kind that fires the detector: [kinds]. */
export function firing(
  responses: Float32Array,
  units: number,
  kinds: Uint8Array,
  kindCount: number,
  { unit, threshold }: Detector,
): number[] {
  const [fired, all] = [new Array<number>(kindCount).fill(0), new Array<number>(kindCount).fill(0)];
  kinds.forEach((kind, drawing) => {
    all[kind]++;
    if (responses[drawing * units + unit] >= threshold) fired[kind]++;
  });
  return fired.map((count, kind) => count / all[kind]);
}

/** Mean of cats that fire and others that do not, of the shares that `firing` gives; each kind counts alike. */
export function accuracyOf(shares: readonly number[], cat: number): number {
  const others = shares.filter((_, kind) => kind !== cat);
  return (shares[cat] + 1 - others.reduce((sum, share) => sum + share, 0) / others.length) / 2;
}
