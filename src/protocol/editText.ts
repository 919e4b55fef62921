/**
 * Edits as text, `site = action`, the way they are shown, saved and typed:
 *
 *   blocks.2.attn.hook_pattern[head=5,dst=41,src=17] = knockout | zero | swap(mean)
 *   blocks.2.attn.hook_write[head=*,pos=17] = skip           (layers without attention: not written for later tokens)
 *   blocks.5.attn.hook_z[head=3,pos=*] = zero | scale(0.5) | mean(text) | resample(seed=7) | from("b.py",pos=9)
 *   blocks.4.hook_resid_post[pos=9] = …            (hook_resid_pre, hook_attn_out, hook_mlp_out alike)
 *   blocks.3.mlp.expert[17,pos=12] = contribution | route-around | swap(22) | force
 *   blocks.3.mlp.neuron[17.5,pos=12] = zero | scale(2)                (shared.5: of the expert that every token goes through)
 *   tokens[12] = " yield"
 *
 * Positions: 12, 3:9 (half-open), 3:, *. In place of a layer or head: *. Read beside it, never printed: L5H3 or a5.h3 for a
 * head (with dst and src: for its edges), L3E17 for an expert, L3N17.5 for a neuron.
 *
 * Not wired: a line `metric:` is no edit and is refused; from(#3), a kept run by its number, is parsed and refused by every run;
 * from("b.py") is found by the command line alone, as a file, and refused in the panel.
 */
import { STREAM_SITES, type Edit, type ExpertName, type TokenRange } from './edit';
import { STEERING } from '../shared/controlPictures';
import { nearest } from '../shared/nearest';
import { Problem } from './problem';

/** The canonical form; `parseEdit` gives the same edit back. */
export function printEdit(edit: Edit): string {
  return `${printSite(edit)} = ${printAction(edit)}`;
}

function printSite(edit: Edit): string {
  switch (edit.site) {
    case 'tokens':
      return `tokens[${edit.pos}]`;
    case 'pattern': {
      const head = edit.head === undefined ? '*' : edit.head;
      return `blocks.${edit.layer ?? '*'}.attn.hook_pattern[head=${head},dst=${range(edit.dst)},src=${range(edit.src)}]`;
    }
    case 'write':
      return `blocks.${edit.layer}.attn.hook_write[head=${edit.head ?? '*'},pos=${range(edit.pos)}]`;
    case 'z':
      return `blocks.${edit.layer}.attn.hook_z[head=${edit.head},pos=${range(edit.pos)}]`;
    case 'expert':
      return `blocks.${edit.layer}.mlp.expert[${edit.expert},pos=${range(edit.pos)}]`;
    case 'neuron': {
      const name = edit.expert === undefined ? edit.neuron : `${edit.expert}.${edit.neuron}`;
      return `blocks.${edit.layer}.mlp.neuron[${name},pos=${range(edit.pos)}]`;
    }
    default:
      return `blocks.${edit.layer}.hook_${edit.site}[pos=${range(edit.pos)}]`;
  }
}

function printAction(edit: Edit): string {
  switch (edit.do) {
    case 'scale':
      return `scale(${edit.by})`;
    case 'mean':
      return 'mean(text)';
    case 'resample':
      return `resample(seed=${edit.seed})`;
    case 'swap':
      return edit.site === 'expert' ? `swap(${edit.to})` : 'swap(mean)';
    case 'from':
      return `from(${typeof edit.source === 'number' ? `#${edit.source}` : quoted(edit.source)},pos=${edit.sourcePos})`;
    case 'text':
      return quoted(edit.text);
    default:
      return edit.do;
  }
}

/** As JSON has it, and Python, with what would steer the line around it as a number. */
export function quoted(text: string): string {
  const numbered = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text).replace(STEERING, numbered);
}

function range(pos: TokenRange | undefined): string {
  if (!pos || (pos.from === 0 && pos.to === Infinity)) return '*';
  if (pos.to === pos.from + 1) return String(pos.from);
  return `${pos.from}:${pos.to === Infinity ? '' : pos.to}`;
}

/** Throws Problem edit-invalid, which says what was read and what is possible there. */
export function parseEdit(given: string): Edit {
  const text = given.trim();
  // No two quantifiers that could share blanks stand side by side.
  const { groups } = /^(?<name>[^\s[=]+)\s*(?:\[(?<where>[^\]]*)\]\s*)?=\s*(?<action>.*)$/s.exec(text) ?? {};
  if (!groups) refuse(`“${text}” is no intervention; they read like ${EXAMPLE}.`);
  const at = new Where(groups.where ?? '', text);
  const site = siteOf(groups.name, at, text);
  const edit = withAction(site, groups.action, text);
  at.finish();
  return edit;
}

const EXAMPLE = '“blocks.5.attn.hook_z[head=3,pos=*] = zero”';

/** An edit without its action. */
type Site<E = Edit> = E extends Edit
  ? Pick<E, Exclude<keyof E, 'do' | 'by' | 'seed' | 'source' | 'sourcePos' | 'to' | 'text'>>
  : never;

function siteOf(name: string, at: Where, text: string): Site {
  if (name === 'tokens') return { site: 'tokens', pos: whole(at.first() ?? '', 'position', text) };
  const { groups: short } =
    /^(?:L(?<L>\d+)|a(?<a>\d+)\.)(?<kind>[HhEN])(?<index>(?:shared\.)?[\d.]+)$/.exec(name) ?? {};
  if (short) {
    const layer = whole(short.L ?? short.a, 'layer', text);
    if (short.kind === 'E') return { site: 'expert', layer, expert: whole(short.index, 'expert', text), ...at.pos() };
    if (short.kind === 'N') return { site: 'neuron', layer, ...neuron(short.index, text), ...at.pos() };
    const head = whole(short.index, 'head', text);
    if (at.has('dst') || at.has('src')) return { site: 'pattern', layer, head, ...at.edge() };
    return { site: 'z', layer, head, ...at.pos() };
  }
  const { groups: long } = /^blocks\.(?<layer>\d+|\*)\.(?<hook>.+)$/.exec(name) ?? {};
  if (!long) refuse(`There is no place “${name}”; places read like ${EXAMPLE}.`);
  if (long.hook === 'attn.hook_pattern') {
    const head = at.take('head') ?? '*';
    return {
      site: 'pattern',
      ...(long.layer !== '*' && { layer: whole(long.layer, 'layer', text) }),
      ...(head !== '*' && { head: whole(head, 'head', text) }),
      ...at.edge(),
    };
  }
  if (long.layer === '*') refuse(`Every layer at once is possible for edges only, not for “${long.hook}”.`);
  const layer = whole(long.layer, 'layer', text);
  switch (long.hook) {
    case 'attn.hook_write': {
      const head = at.take('head') ?? '*';
      return { site: 'write', layer, ...(head !== '*' && { head: whole(head, 'head', text) }), ...at.pos() };
    }
    case 'attn.hook_z':
      return { site: 'z', layer, head: whole(at.take('head') ?? '', 'head', text), ...at.pos() };
    case 'mlp.expert':
      return { site: 'expert', layer, expert: whole(at.first() ?? '', 'expert', text), ...at.pos() };
    case 'mlp.neuron':
      return { site: 'neuron', layer, ...neuron(at.first() ?? '', text), ...at.pos() };
  }
  const stream = STREAM_SITES.find((each) => long.hook === `hook_${each}`);
  if (stream) return { site: stream, layer, ...at.pos() };
  return refuse(`There is no place “${long.hook}” in a layer; ${possible(long.hook, HOOKS)}.`);
}

const HOOKS = [
  'attn.hook_pattern',
  'attn.hook_write',
  'attn.hook_z',
  'mlp.expert',
  'mlp.neuron',
  ...STREAM_SITES.map((s) => `hook_${s}`),
];

/** What is there instead, the likeliest first. */
function possible(name: string, known: readonly string[]): string {
  const near = nearest(name, known);
  return `${near === null ? '' : `perhaps ${near}? `}there are ${known.join(', ')}`;
}

function neuron(name: string, text: string): { expert?: ExpertName; neuron: number } {
  const dot = name.indexOf('.');
  if (dot < 0) return { neuron: whole(name, 'neuron', text) };
  const expert = name.slice(0, dot);
  return {
    expert: expert === 'shared' ? expert : whole(expert, 'expert', text),
    neuron: whole(name.slice(dot + 1), 'neuron', text),
  };
}

/** Names of the actions that a site takes. */
const ACTIONS: Record<Edit['site'], readonly string[]> = {
  pattern: ['knockout', 'zero', 'swap(mean)'],
  write: ['skip'],
  z: ['zero', 'scale(0.5)', 'mean(text)', 'resample(seed=7)', 'from("other.py",pos=9)'],
  resid_pre: ['zero', 'scale(0.5)', 'mean(text)', 'resample(seed=7)', 'from("other.py",pos=9)'],
  attn_out: ['zero', 'scale(0.5)', 'mean(text)', 'resample(seed=7)', 'from("other.py",pos=9)'],
  mlp_out: ['zero', 'scale(0.5)', 'mean(text)', 'resample(seed=7)', 'from("other.py",pos=9)'],
  resid_post: ['zero', 'scale(0.5)', 'mean(text)', 'resample(seed=7)', 'from("other.py",pos=9)'],
  expert: ['contribution', 'route-around', 'swap(22)', 'force'],
  neuron: ['zero', 'scale(2)'],
  tokens: ['" text"'],
};

function withAction(site: Site, action: string, text: string): Edit {
  const made = actionOf(site.site, action, text);
  if (!made) refuse(`“${action}” is not possible there; ${possible(action, ACTIONS[site.site])}.`);
  return { ...site, ...made } as Edit;
}

/** The action's fields; undefined where the site has no such action. */
function actionOf(site: Edit['site'], action: string, text: string): object | undefined {
  if (site === 'tokens') {
    const quoted = quotedText(action);
    return quoted === undefined ? undefined : { do: 'text', text: quoted };
  }
  const { groups } = /^(?<name>[a-z-]+)(?:\((?<inside>.*)\))?$/s.exec(action) ?? {};
  if (!groups || !ACTIONS[site].some((known) => known.replace(/\(.*/, '') === groups.name)) return undefined;
  const { name, inside } = groups;
  switch (name) {
    case 'scale': {
      const by = inside?.trim() ? Number(inside) : NaN;
      if (!Number.isFinite(by)) refuse(`“${action}” has no factor: scale(0.5).`);
      return { do: 'scale', by };
    }
    case 'mean':
      return inside === 'text' ? { do: 'mean' } : undefined;
    case 'resample':
      return { do: 'resample', seed: whole(/^seed=(.*)$/.exec(inside ?? '')?.[1] ?? '', 'seed', text) };
    case 'swap':
      if (site === 'pattern') return inside === 'mean' ? { do: 'swap' } : undefined;
      return { do: 'swap', to: whole(inside ?? '', 'expert', text) };
    case 'from': {
      const { groups: from } =
        /^(?:#(?<trace>\d{1,9})|(?<text>".*"))\s*,\s*pos=(?<pos>\d{1,9})$/s.exec(inside ?? '') ?? {};
      const source = from?.trace !== undefined ? Number(from.trace) : quotedText(from?.text ?? '');
      if (!from || source === undefined) refuse(`“${action}” names no run and position: from("other.py",pos=9).`);
      return { do: 'from', source, sourcePos: Number(from.pos) };
    }
  }
  return inside === undefined ? { do: name } : undefined;
}

/** What stands between the brackets: `17,head=5,pos=3:9`. Everything must be asked for. */
class Where {
  private readonly named = new Map<string, string>();
  private unnamed: string | undefined;

  constructor(
    inside: string,
    private readonly text: string,
  ) {
    for (const part of inside.split(',').map((each) => each.trim())) {
      if (part === '') continue;
      const [, name, value] = /^(\w+)\s*=\s*(.*)$/.exec(part) ?? [];
      if (name === undefined && this.unnamed === undefined) this.unnamed = part;
      else if (name === undefined || this.named.has(name)) refuse(`“${part}” is one too many in “${text}”.`);
      else this.named.set(name, value);
    }
  }

  has(name: string): boolean {
    return this.named.has(name);
  }

  take(name: string): string | undefined {
    const value = this.named.get(name);
    this.named.delete(name);
    return value;
  }

  first(): string | undefined {
    const value = this.unnamed;
    this.unnamed = undefined;
    return value;
  }

  /** `pos`, where it is not all of them. */
  pos(): { pos?: TokenRange } {
    const text = this.take('pos') ?? '*';
    return text === '*' ? {} : { pos: parseRange(text, this.text) };
  }

  edge(): { dst: TokenRange; src: TokenRange } {
    return { dst: parseRange(this.take('dst') ?? '*', this.text), src: parseRange(this.take('src') ?? '*', this.text) };
  }

  /** Throws where something was said that nobody asked for. */
  finish(): void {
    const [left] = [...this.named.keys(), ...(this.unnamed === undefined ? [] : [this.unnamed])];
    if (left !== undefined) refuse(`“${left}” says nothing in “${this.text}”.`);
  }
}

function parseRange(range: string, text: string): TokenRange {
  if (range === '*') return { from: 0, to: Infinity };
  const [, from, colon, to] = /^(\d{1,9})(:?)(\d{0,9})$/.exec(range) ?? [];
  if (from === undefined || (to !== '' && !colon))
    refuse(`“${range}” in “${text}” are no positions: 12, 3:9, 3: or *.`);
  if (!colon) return { from: Number(from), to: Number(from) + 1 };
  return { from: Number(from), to: to === '' ? Infinity : Number(to) };
}

/** Longer ones are none of a model's, and lose digits as numbers. */
function whole(number: string, what: string, text: string): number {
  if (!/^\d{1,9}$/.test(number)) refuse(`“${text}” names no ${what}.`);
  return Number(number);
}

/** A text in JSON's quotes; undefined for anything else. */
function quotedText(json: string): string | undefined {
  if (!json.startsWith('"')) return undefined;
  try {
    return JSON.parse(json) as string;
  } catch {
    return undefined;
  }
}

/** What was read is said again in the message, its beginning. */
function refuse(message: string): never {
  throw new Problem('edit-invalid', message.length > MOST_SAID ? `${message.slice(0, MOST_SAID)}…` : message);
}

const MOST_SAID = 1000;
