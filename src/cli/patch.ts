/** `patch`: what of one text's run, put into another's, brings the answer along; layer × position or head × position. */
import { patching } from '../engine/receipts/patching';
import { hashOfFile } from '../engine/formats/regularFile.node';
import { PATCH_SITES, type Patching, type PatchSite } from '../protocol/patching';
import { readableLabel } from '../shared/tokenLabel';
import { modelRow } from './jsonParts';
import { modelPath } from './modelFiles';
import { tellProgress, type CommandOutput } from './output';
import { modelLine, namedPair, runText, withModel, type TextRun } from './runText';
import { parse, UsageError } from './usage';

export async function patchCommand(args: string[]): Promise<CommandOutput> {
  const { values } = parse({
    args,
    options: {
      model: { type: 'string' },
      clean: { type: 'string' },
      corrupted: { type: 'string' },
      site: { type: 'string' },
      target: { type: 'string' },
      foil: { type: 'string' },
      json: { type: 'boolean' },
    },
  });
  const { clean, corrupted } = values;
  if (clean === undefined || corrupted === undefined)
    throw new UsageError('Give both texts: --clean TEXT --corrupted TEXT.');
  const site = (values.site?.replace(/^hook_/, '') ?? 'resid_pre') as PatchSite;
  if (!PATCH_SITES.includes(site))
    throw new UsageError(`--site is one of ${PATCH_SITES.join(', ')}, not “${values.site}”.`);
  return withModel(values.model, async (model) => {
    const started = performance.now();
    const [one, other] = [await runText(model, clean), await runText(model, corrupted)];
    const progress = (share: number): void =>
      tellProgress(`${model.card.name}: patching … ${(share * 100).toFixed(0)} %`);
    const found = await patching(model, one.trace, other.trace, {
      site,
      ...namedPair(model, values),
      progress,
    });
    if (!values.json) return { readable: `${modelLine(model)}\n${report(found, one, other)}` };
    const tokens = { clean: labels(one), corrupted: labels(other) };
    const timings = { totalMs: performance.now() - started };
    return { json: { model: modelRow(model, await hashOfFile(modelPath(values.model))), tokens, ...found, timings } };
  });
}

const labels = ({ tokens }: TextRun): string[] => tokens.map(({ label }) => label);

function report(found: Patching, clean: TextRun, corrupted: TextRun): string {
  const { sites, normalised, firstDifference: first, target, foil } = found;
  const rows = new Map<string, string[]>();
  sites.forEach(({ layer, head }, i) => {
    const name = head === undefined ? `layer ${layer}` : `L${layer}H${head}`;
    const share = normalised.denoising[i];
    rows.set(name, [...(rows.get(name) ?? []), (share === null ? '·' : share.toFixed(2)).padStart(7)]);
  });
  const label = (text: string): string => readableLabel(text).slice(0, 6).padStart(7);
  return [
    `“${readableLabel(target.text)}” against “${readableLabel(foil.text)}”: ${found.clean.toFixed(3)} clean, ${found.corrupted.toFixed(3)} corrupted.`,
    'Share of the difference that one vector of the clean run brings back:',
    ...(normalised.denoising.includes(null)
      ? ['· has no share: the two answers lie less than 0.1 logits apart, too little to divide by.']
      : []),
    '',
    [' '.repeat(9), ...labels(clean).slice(first).map(label)].join(''),
    [' '.repeat(9), ...labels(corrupted).slice(first).map(label)].join(''),
    ...[...rows].map(([name, cells]) => `${name.padEnd(9)}${cells.join('')}`),
  ].join('\n');
}
