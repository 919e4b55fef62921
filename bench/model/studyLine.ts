/** What does README.md say of the study of receipts? Its numbers, as they were measured; the words around them are a person's. */
export interface Study {
  /** SHA-256 of the model. */
  model: string;
  results: { all: Record<string, Record<'mean' | 'low' | 'high', number>> };
}

const BEGIN = '**Do the weights tell what matters?**';

/** Each with where it stands. */
export function studyNumbers({ model, results: { all } }: Study): [place: RegExp, words: string][] {
  const share = (name: string): string => {
    const [middle, from, to] = (['mean', 'low', 'high'] as const).map((end) => Math.round(100 * all[name][end]));
    return `${middle} % [${from}, ${to}]`;
  };
  const correlation = (name: string): string => all[`rank correlation: ${name}`].mean.toFixed(2);
  const largest = share('strongest weight is the largest effect, of a layer').replace(' [', ' of cases [');
  return [
    [/\d+ % of cases \[\d+, \d+\]/, largest],
    [/a rank correlation of [\d.]+/, `a rank correlation of ${correlation('weightDirect')}`],
    [/\([\d.]+\) when the values/, `(${correlation('weightDirectPermuted')}) when the values`],
    [/\(\d+ % \[\d+, \d+\]\) come mostly/, `(${share('mostly through later parts, of the 20 strongest')}) come mostly`],
    [/\d+ % \[\d+, \d+\] of the effect/, `${share('share of effects that is re-choosing experts')} of the effect`],
    [/`[0-9a-f]{12}…`/, `\`${model.slice(0, 12)}…\``],
  ];
}

/** The line of a README; throws where it has none. */
export function studyLine(readme: string): string {
  const line = readme.split('\n').find((each) => each.startsWith(BEGIN));
  if (line === undefined) throw new Error(`The README has no line that begins ${BEGIN}.`);
  return line;
}

/** The README with the study's numbers in their places; throws where one of these is gone. */
export function withStudy(readme: string, study: Study): string {
  const before = studyLine(readme);
  const after = studyNumbers(study).reduce((line, [place, words]) => {
    if (!place.test(line)) throw new Error(`The README’s line about receipts lacks ${place}.`);
    return line.replace(place, words);
  }, before);
  return readme.replace(before, () => after);
}
