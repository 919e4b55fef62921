/** What a class gets on paper: an entry's story, its claims to be judged, our numbers; the rest of the story and the verdicts on a page of their own. */
import type { Exported } from '../../src/protocol/exporting';
import { CLAIMS, claimsOfEntry, VERDICT_LABELS, VERDICTS, type Claim } from '../../src/shared/history/claims';
import { FACTS } from '../../src/shared/history/facts';
import { entryOf, type MilestoneId } from '../../src/shared/history/timeline';
import { h } from '../shared/dom';
import { t } from '../shared/l10n';
import { cardView, found } from './cardView';
import { claimItem } from './claimsView';
import type { EntryPage } from './experimentView';
import { chinese, inLanguage, local } from './language';
import { facts } from './markdown';
import { pages } from './pages';
import type { LastRun } from './saved';

export interface SheetOptions {
  id: MilestoneId;
  /** undefined where the entry has no experiment. */
  page: EntryPage | undefined;
  /** The learner's last run, where there was one. */
  run: LastRun | undefined;
  /** For a sheet in both languages: the Chinese of the pages' words, wherever English is the key. */
  chineseWords?: Words;
}

/** On white paper, by whatever prints it. */
const STYLE = `
body { max-width: 46em; margin: 2em auto; padding: 0 1em; color: #000; background: #fff; font: 11pt/1.5 system-ui, sans-serif; }
h1 { margin-bottom: 0; font-size: 1.7em; } h2 { margin-top: 1.6em; font-size: 1.3em; } h3, h4 { margin: 1em 0 0.2em; font-size: 1em; }
p { margin: 0.3em 0; } .hint { color: #444; font-size: 0.9em; } .finding { font-size: 1.2em; }
ol, ul { padding-inline-start: 1.4em; } li { margin-bottom: 0.8em; break-inside: avoid; }
table { border-collapse: collapse; } th, td { padding: 2px 10px 2px 0; border-bottom: 1px solid #999; text-align: start; font-weight: normal; vertical-align: top; }
dl, dd { margin: 0.2em 0; } dt { font-weight: bold; } .verdict { margin-inline-end: 0.6em; font-weight: bold; } .sign { margin-inline-end: 0.3em; }
.boxes span { display: inline-block; margin-inline-end: 1.2em; } .line { height: 1.6em; border-bottom: 1px solid #999; }
code { overflow-wrap: anywhere; } main + main, .answers { break-before: page; } a { color: inherit; }
`;

/** A whole HTML document, in the page's language or in both, that one first: nothing is loaded, nothing in it runs. */
export function sheet(options: SheetOptions): Exported {
  const { id, chineseWords } = options;
  const entry = entryOf(id);
  const title = `${entry.year} ${local(entry.title)}`;
  const first = main(options, chinese ? 'zh' : 'en');
  const words = Object.assign({}, ...Object.values(pages).map(({ strings }) => strings), chineseWords) as Words;
  const second = chineseWords && inLanguage(chinese ? 'en' : 'zh', words, () => main(options, chinese ? 'en' : 'zh'));
  const head = h('head', {}, h('meta', { charset: 'utf-8' }), h('title', {}, title));
  const policy = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`;
  const body = [first, second].map((each) => each?.outerHTML ?? '').join('\n');
  const content = `<!doctype html>\n<html lang="${TAG[chinese ? 'zh' : 'en']}">\n<head>${head.innerHTML}${policy}<style>${STYLE}</style></head>\n<body>${body}</body>\n</html>\n`;
  return { name: title, content };
}

type Words = Readonly<Record<string, string>>;
const TAG = { en: 'en', zh: 'zh-CN' };

/** The sheet in the language that is spoken now. */
function main({ id, page, run }: SheetOptions, language: keyof typeof TAG): HTMLElement {
  const entry = entryOf(id);
  const claims = claimsToJudge(id);
  // What it was; all that follows tells how claims about it hold.
  const [heading, lede, ...story] = facts(local(FACTS[id]));
  return h(
    'main',
    { lang: TAG[language] },
    h('h1', {}, local(entry.title)),
    h('p', { class: 'hint' }, `${t('Milestone History')} · ${entry.year}`),
    heading,
    lede,
    claims.length > 0 && h('h2', {}, t('Judge for yourself')),
    claims.length > 0 && h('p', {}, t('These things are told. Tick what you think of each, and write why.')),
    claims.length > 0 && h('ol', {}, ...claims.map(toJudge)),
    ...(page ? numbers(page, run) : []),
    h(
      'section',
      { class: 'answers' },
      h('h2', {}, t('After judging: the story, and what the sources say')),
      ...story,
      claims.length > 0 && h('h3', {}, t('Verdicts')),
      claims.length > 0 && h('ol', {}, ...claims.map((claim) => claimItem(claim, null))),
    ),
  );
}

/** Those that stand beside the entry, and others that its experiment bears on. */
function claimsToJudge(id: MilestoneId): Claim[] {
  const own = claimsOfEntry(id);
  return [...own, ...CLAIMS.filter((claim) => claim.experiment === id && !own.includes(claim))];
}

function toJudge({ text }: Claim): HTMLElement {
  const boxes = VERDICTS.map((verdict) => h('span', {}, `☐ ${local(VERDICT_LABELS[verdict])}`));
  return h('li', {}, h('q', {}, local(text)), h('p', { class: 'boxes' }, ...boxes), h('div', { class: 'line' }));
}

function numbers({ view, checked, basis }: EntryPage, run: LastRun | undefined): (HTMLElement | null)[] {
  const card = run?.card ?? null;
  const seeded = basis?.seeded ?? true;
  return [
    h('h2', {}, t('What was found here')),
    h('p', { class: 'finding' }, found(view.trial, card ?? checked)),
    cardView({ trial: view.trial, card, checked, basis, seed: run?.seed ?? 1 }),
    h('h4', {}, t('To do it again')),
    seeded && checked ? h('p', {}, t('Seeds of the checked numbers: {0}', checked.seeds.join(', '))) : null,
    seeded && card ? h('p', {}, t('Seed of the run here: {0}', run!.seed)) : null,
    h(
      'p',
      {},
      checked?.model ? `${t('Bundled model that was checked, SHA-256')}: ` : t('No bundled model is run.'),
      checked?.model && h('code', {}, checked.model),
    ),
  ].filter((each) => each !== null);
}
