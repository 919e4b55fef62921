/** Wrong usage of the command line (exit code 2), and what each command takes. */
import { parseArgs, type ParseArgsConfig } from 'node:util';
import type { Edit } from '../protocol/edit';
import { parseEdit } from '../protocol/editText';
import { toProblem } from '../protocol/problem';

export class UsageError extends Error {}

interface Help {
  usage: string;
  /** What it does, and what its options mean. */
  text: string;
}

const MODEL = '--model FILE   a GGUF file instead of the bundled model';
const JSON_OPTION = '--json         JSON';
/** Of the commands that have one. */
const jsonAs = (name: string): string => `${JSON_OPTION}, as src/protocol/${name}.schema.json describes it`;

export const HELP: Readonly<Record<string, Help>> = {
  explain: {
    usage:
      'explain (--text TEXT | --file FILE[:FROM-TO] | -) [--layer L --head H]... [--top K] [--edit SPEC]... [--npz FILE] [--max-tokens N] [--model FILE] [--json]',
    text: `What a model does with a text: the head that stands out, or the heads named, and what comes next.

  FROM-TO        lines, from 1; one number is one line; - is standard input
  --layer --head counted from 0; each --head goes with the --layer before it
  --top K        how many candidates for the next token (10)
  --edit SPEC    an intervention, such as 'blocks.5.attn.hook_z[head=3,pos=*] = zero', 'L2H5[dst=41,src=17] = knockout',
                 'blocks.3.mlp.expert[17,pos=12] = route-around', 'blocks.4.hook_resid_post[pos=9] = from("b.py",pos=9)' or
                 'tokens[12] = " yield"'
  --npz FILE     the run's activations for numpy, under TransformerLens' names
  --max-tokens N of a longer text only the beginning is explained (8192); memory and time grow with it
  ${MODEL}
  ${jsonAs('explain')}`,
  },
  receipt: {
    usage:
      'receipt (--text TEXT | --file FILE[:FROM-TO] | -) [--position N] [--target TEXT] [--foil TEXT] [--seed S] [--loss] [--roles] [--model FILE] [--json]',
    text: `What cutting each edge, head and expert at one token does to its prediction: logit(target) − logit(foil).

  --position N   after which token (from 0); the last but one, so that the token that follows is the target
  --target TEXT  a token's text, or #ID; the token that follows (at the end of the text the likeliest)
  --foil TEXT    likewise; the likeliest other token
  --seed S       which other queries the controls are of (1)
  --loss         what the strongest cuts do to the surprisal of the whole text, too (in --json in nats): a run for each
  --roles        of each role (induction, brackets …) the head that stands out, cut where its role says that it is needed
  ${MODEL}
  ${jsonAs('receipt')}`,
  },
  patch: {
    usage: 'patch --clean TEXT --corrupted TEXT [--site NAME] [--target TEXT] [--foil TEXT] [--model FILE] [--json]',
    text: `What of one text's run, put into another's of as many tokens, brings its answer along: layer × position.

  --site NAME    resid_pre (as it is), attn_out, mlp_out, resid_post, or z for head × position
  --target TEXT  a token's text, or #ID; the clean text's likeliest; --foil likewise, the corrupted text's likeliest
  ${MODEL}
  ${jsonAs('patch')}`,
  },
  circuit: {
    usage:
      'circuit (--text TEXT | --file FILE[:FROM-TO] | -) [--position N] [--target TEXT] [--foil TEXT] [--nodes N] [--model FILE] [--json]',
    text: `Which neurons and embeddings make one prediction, what makes their values, and whether cuts do what that says.

  --position N   after which token (from 0); the last but one
  --target TEXT  a token's text, or #ID; the token that follows (at the end of the text the likeliest)
  --foil TEXT    likewise; the likeliest other token
  --nodes N      how many are drawn (64, at most 400; fewer where fewer have a part)
  ${MODEL}
  ${jsonAs('circuit')}`,
  },
  reason: {
    usage: 'reason (--problem TEXT | --count N --steps K [--seed S] [--language L]) [--model FILE] [--json]',
    text: `A model solves word problems, directly and step by step.

  --count N      so many fresh problems (up to 10000), each of --steps K steps (1 to 8), from --seed S (1)
  --language L   of those: en, zh, or both, in turn (both)
  ${MODEL}
  ${JSON_OPTION}`,
  },
  trace: {
    usage: 'trace (FILE | -) [--anyway] [--json]',
    text: `The steps of a chain of thought and its sums, checked: a transcript with <think>, chat JSON or JSONL, a numbered list, GSM8K;
of a file, or of standard input (-). A file that does not look like one (a program's source, a table, prose) is not read.

  --anyway       reads it whatever it looks like
  ${JSON_OPTION}`,
  },
  milestone: {
    usage: 'milestone (list | ID) [--seed N | --seeds N] [--small] [--record FILE] [--json]',
    text: `An experiment of the Milestone History; “list” names them.

  --seed N       the seed (1)
  --seeds N      seeds 1 to N (up to 10000), with 95 % intervals; takes N times as long
  --small        a smaller experiment of a few seconds, for tests: its numbers are not the panel's
  --record FILE  keeps the whole result of the first seed, as the panel draws it
  ${jsonAs('milestone')}`,
  },
  models: {
    usage: 'models [FILE]... [--json]',
    text: `The bundled models and those found on this machine (Ollama, Hugging Face, llama.cpp, LM Studio, Jan, GPT4All, Docker),
or the files named: what they are, and whether this engine runs them. A file that was named and cannot be read as a model makes
the exit code 1. Of models that were found only the heads are read, so they have no SHA-256.

  ${JSON_OPTION}`,
  },
  bench: {
    usage:
      'bench [--model FILE] [--prompt N] [--generate N] [--threads N] [--turbo | --no-turbo] [--kernel NAME] [--json]',
    text: `How fast this engine runs a model here, with the trace kept.

  --prompt N     tokens of the prompt (256); --generate N, tokens made after it (64)
  --threads N    needs Node 22 or newer; with an older one it is 1
  --turbo        V8's 256-bit instructions, in a process of its own; needs a Node that knows them (24 does, 20 does not); --no-turbo, as it is, without
  --kernel NAME  relaxed-simd, simd or reference, where this machine has it
  ${MODEL}
  ${JSON_OPTION}`,
  },
};

/** Node's parseArgs, with its complaints as UsageError. */
export function parse<Config extends ParseArgsConfig>(config: Config): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (thrown) {
    throw new UsageError(complaint(thrown as Error & { code?: string }, config.options));
  }
}

/** Node's sentences go on about dashes and quotes; of them it is only read which option is meant. */
function complaint({ message, code }: Error & { code?: string }, options: ParseArgsConfig['options'] = {}): string {
  const option = /'(--?[^' ]+)/.exec(message)?.[1];
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return `There is no option “${option}”.`;
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE' && option) {
    return options[option.slice(2)]?.type === 'boolean'
      ? `${option} takes no value.`
      : `${option} needs a value that does not begin with “-”.`;
  }
  return message;
}

/** An intervention as it is typed. Throws UsageError. */
export function readEdit(text: string): Edit {
  try {
    return parseEdit(text);
  } catch (thrown) {
    throw new UsageError(`--edit: ${toProblem(thrown).message}`);
  }
}

/** A whole number from `least` to `most`, or the fallback when the option was not given. */
export function wholeNumber(
  name: string,
  value: string | undefined,
  fallback: number,
  least = 0,
  most = Number.MAX_SAFE_INTEGER,
): number {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least) {
    throw new UsageError(`--${name} takes a whole number from ${least}, not “${value}”.`);
  }
  if (number > most) throw new UsageError(`--${name} takes at most ${most}, not ${value}.`);
  return number;
}
