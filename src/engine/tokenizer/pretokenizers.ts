/**
 * How a text is cut into words before byte-level BPE: the regexes that a GGUF file names in tokenizer.ggml.pre, as in
 * llama.cpp's llama-vocab.cpp (b10256), where each list is applied in turn to the pieces of the one before.
 * test/fixtures/tokenizer holds the splits that llama.cpp's own unicode.cpp makes.
 */
export interface Pretokenizer {
  /** Applied in turn; what lies between two matches is a piece of its own. */
  readonly splits: readonly RegExp[];
  /** A word that is in the vocabulary is taken whole, without merging. */
  readonly ignoreMerges: boolean;
  /** Whether a file that does not say so wants a BOS token. */
  readonly addBos: boolean;
}

/** Every name that is known, of each family the first. */
export const pretokenizerFamilies = (): string[] => FAMILIES.map(({ names }) => names[0]);

/** undefined for names that we do not know. */
export function pretokenizer(name: string): Pretokenizer | undefined {
  const family = FAMILIES.find(({ names }) => names.includes(name));
  return (
    family && {
      splits: family.splits.map(compile),
      ignoreMerges: family.ignoreMerges ?? false,
      addBos: family.addBos ?? false,
    }
  );
}

/** Cuts the text into words; joined they are the text. */
export function splitWords(text: string, splits: readonly RegExp[]): string[] {
  let pieces = text === '' ? [] : [text];
  for (const split of splits) {
    const next: string[] = [];
    for (const piece of pieces) {
      let end = 0;
      split.lastIndex = 0; // exec, since matchAll copies the regex, and pieces are many
      for (let match = split.exec(piece); match; match = split.exec(piece)) {
        if (match.index > end) next.push(piece.slice(end, match.index));
        next.push(match[0]);
        end = split.lastIndex;
      }
      if (end < piece.length) next.push(end === 0 ? piece : piece.slice(end));
    }
    pieces = next;
  }
  return pieces;
}

/** JavaScript's \s has U+FEFF and lacks U+0085; llama.cpp's is Unicode's White_Space. */
function compile(source: string): RegExp {
  return new RegExp(source.replaceAll('\\s', '\\p{White_Space}').replaceAll('\\S', '\\P{White_Space}'), 'gu');
}

const re = String.raw;

const GPT2 = re`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

const CONTRACTION = re`(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])`;
const SPACES = re`\s*[\r\n]+|\s+(?!\S)|\s+`;
/** Of Llama 3; its successors differ in how digits are grouped. */
const words = (digits: string, spaces = SPACES): string =>
  re`${CONTRACTION}|[^\r\n\p{L}\p{N}]?\p{L}+|${digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|${spaces}`;
const LLAMA3 = words(re`\p{N}{1,3}`);
const QWEN2 = words(re`\p{N}`);

/** llama.cpp's stand-in for "upper case, then lower case": any letter but a–z, then any letter but A–Z. */
const cased = (after: string): string => {
  const upper = re`(?:(?=\p{L})[^a-z])`;
  const lower = re`(?:(?=\p{L})[^A-Z])`;
  return re`[^\r\n\p{L}\p{N}]?${upper}*${lower}+${after}|[^\r\n\p{L}\p{N}]?${upper}+${lower}*${after}`;
};
const casedWords = (after: string, digits: string): string =>
  re`${cased(after)}|${digits}| ?[^\s\p{L}\p{N}]+[\r\n/]*|${SPACES}`;

/** Behind a blank no line end is looked for: the one before it, where the run began, has found none to its end. */
const JAIS2_SPACES =
  [512, 256, 128, 64, 32, 16, 8, 4].map((n) => re`\s{${n}}(?!\S)|`).join('') + re`\s{1,2}(?!\S)|\s{1}`;
/** llama.cpp blanks out the spaces beyond ASCII before it looks for ranges, so that ranges never contain them. */
const CJK_AND_HANGUL = re`(?:(?!\s)[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff])+`;
const BLOOM = re` ?[^(\s|.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c)]+`;

/** Latin, Greek, Cyrillic and other cased letters, as DeepSeek LLM spells them out. */
const DEEPSEEK_LLM_LETTERS = [
  re`A-Za-z\u00b5\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u01ba\u01bc-\u01bf\u01c4-\u0293\u0295-\u02af\u0370-\u0373`,
  re`\u0376\u0377\u037b-\u037d\u037f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03f5\u03f7-\u0481`,
  re`\u048a-\u052f\u0531-\u0556\u10a0-\u10c5\u13a0-\u13f5\u13f8-\u13fd\u1c90-\u1cba\u1cbd-\u1cbf\u1d00-\u1d2b`,
  re`\u1d6b-\u1d77\u1d79-\u1d9a\u1e00-\u1f15\u1f18-\u1f1d\u1f20-\u1f45\u1f48-\u1f4d\u1f50-\u1f57\u1f59\u1f5b`,
  re`\u1f5d\u1f5f-\u1f7d\u1f80-\u1fb4\u1fb6-\u1fbc\u1fbe\u1fc2-\u1fc4\u1fc6-\u1fcc\u1fd0-\u1fd3\u1fd6-\u1fdb`,
  re`\u1fe0-\u1fec\u1ff2-\u1ff4\u1ff6-\u1ffc\u2102\u2107\u210a-\u2113\u2115\u2119-\u211d\u2124\u2126\u2128`,
  re`\u212a-\u212d\u212f-\u2134\u2139\u213c-\u213f\u2145-\u2149\u214e\u2183\u2184\u2c00-\u2c7b\u2c7e-\u2ce4`,
  re`\u2ceb-\u2cee\u2cf2\u2cf3\ua640-\ua66d\ua680-\ua69b\ua722-\ua76f\ua771-\ua787\ua78b-\ua78e\uab70-\uabbf`,
  re`\ufb00-\ufb06\ufb13-\ufb17\uff21-\uff3a\uff41-\uff5a\u{10400}-\u{1044f}\u{104b0}-\u{104d3}`,
  re`\u{104d8}-\u{104fb}\u{10c80}-\u{10cb2}\u{10cc0}-\u{10cf2}\u{118a0}-\u{118df}\u{1e900}-\u{1e943}`,
].join('');

interface Family {
  readonly names: readonly string[];
  readonly splits: readonly string[];
  readonly ignoreMerges?: boolean;
  readonly addBos?: boolean;
}

const FAMILIES: readonly Family[] = [
  {
    names: ['default'],
    splits: [re`[\p{P}\$\+<=>\^~\|]+`, GPT2, re`\p{N}+`, '[0-9][0-9][0-9]'],
  },
  {
    names: [
      'gpt-2',
      'phi-2',
      'gigachat',
      'a.x-4.0',
      'mellum',
      'modern-bert',
      'exaone4',
      'mpt',
      'olmo',
      'jais',
      'trillion',
      'granite-docling',
    ],
    splits: [GPT2],
  },
  {
    names: ['starcoder', 'refact', 'command-r', 'smollm', 'codeshell', 'exaone', 'minerva-7b', 'mellum2'],
    splits: [re`\p{N}`, GPT2],
  },
  {
    names: ['llama-bpe', 'llama3', 'llama-v3', 'falcon3', 'falcon-h1', 'pixtral', 'midm-2.0', 'lfm2'],
    splits: [LLAMA3],
    ignoreMerges: true,
    addBos: true,
  },
  { names: ['dbrx', 'smaug-bpe', 'chatglm-bpe', 'glm4'], splits: [LLAMA3] },
  { names: ['minicpm5'], splits: [re`\p{N}{1,3}`, words(re`\p{N}+`)], ignoreMerges: true },
  { names: ['jais-2'], splits: [words(re`\p{N}{1,3}`, re`(?<![^\S\r\n])\s*[\r\n]+|${JAIS2_SPACES}`)] },
  {
    names: ['qwen2', 'deepseek-r1-qwen', 'kormo', 'f2llmv2', 'megrez', 'stablelm2', 'hunyuan', 'solar-open', 'grok-2'],
    splits: [QWEN2],
  },
  { names: ['laguna'], splits: [re`[^\n]+|\n+`, QWEN2] },
  {
    names: ['qwen35'],
    splits: [re`${CONTRACTION}|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|${SPACES}`],
  },
  {
    names: ['seed-coder'],
    splits: [re`${CONTRACTION}|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}\r\n]+|${SPACES}`],
  },
  {
    names: ['bailingmoe', 'bailingmoe2', 'llada-moe'],
    splits: [
      re`'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+`,
    ],
  },
  {
    names: ['exaone-moe'],
    splits: [
      re`${CONTRACTION}|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+`,
    ],
  },
  { names: ['tekken'], splits: [casedWords('', re`\p{N}`)], ignoreMerges: true, addBos: true },
  {
    names: ['gpt-4o', 'llama4', 'kanana2', 'talkie', 'minimax-m2'],
    splits: [casedWords(`${CONTRACTION}?`, re`\p{N}{1,3}`)],
  },
  {
    names: ['deepseek-coder'],
    splits: [re`[\r\n]`, re`\s?\p{L}+`, re`\s?\p{P}+`, CJK_AND_HANGUL, re`\p{N}`],
  },
  {
    names: ['deepseek-llm'],
    splits: [
      re`[\r\n]`,
      re`\s?[${DEEPSEEK_LLM_LETTERS}]+`,
      re`\s?[!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3001-\u3002]+`,
      re`(?<!\s)\s+$`, // \s+$, without trying every character of a long run
      CJK_AND_HANGUL,
      re`\p{N}+`,
    ],
  },
  {
    // llama.cpp's \p{S} lacks "~".
    names: ['deepseek-v3', 'hunyuan-dense', 'joyai-llm'],
    splits: [
      re`\p{N}{1,3}`,
      re`[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+`,
      re`[!-\/:-@\[-\x60\{-~][A-Za-z]+|(?:~|[^\r\n\p{L}\p{P}\p{S}])?[\p{L}\p{M}]+| ?(?:(?!~)[\p{P}\p{S}])+[\r\n]*|${SPACES}`,
    ],
  },
  {
    names: ['falcon'],
    splits: [re`[\p{P}\$\+<=>\^~\|\x60]+`, GPT2, '[0-9][0-9][0-9]'],
  },
  { names: ['bloom', 'poro-chat', 'gpt3-finnish'], splits: [BLOOM] },
  { names: ['viking'], splits: [BLOOM, re`\p{N}`] },
];

export const PRETOKENIZER_NAMES: readonly string[] = FAMILIES.flatMap(({ names }) => names);
