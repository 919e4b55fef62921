/**
 * Everything that can go wrong on the way of the data, as one typed error: a union by `code`, each with fields of its own.
 * Callers decide on code and fields, and the host makes its translated message of them; the English message is for logs and
 * the command line, and nobody reads a decision out of it.
 */
import { cutAt } from '../shared/cutText';

export interface ProblemDetails {
  /** It is gone or cannot be read. Without `what`: a file of a model or of the extension. */
  'file-missing': {
    file: string;
    what?: 'bundled-models' | 'document' | 'untitled' | 'trace' | 'model-changed' | 'disk-stalled';
  };
  /** Truncated, lying or not a GGUF file. `subject`: tensor or metadata key at fault; `offset` in bytes. */
  'model-invalid': { file: string; subject?: string; offset?: number };
  /** NaN or infinity: in the weights of a tensor, or in what finite weights make of a text, in a layer or else the logits. */
  'weights-broken': { file?: string; tensor?: string; layer?: number };
  /** A well-formed file with an architecture, tensor, type or tokenizer (`subject`) that we do not know. */
  'model-unsupported': { file: string; subject?: string; offset?: number; supported?: readonly string[] };
  /** There is nothing to explain; `line`, 1-based, where it is a line of a document. */
  'input-empty': { file?: string; line?: number };
  /** What was explained is another text in its document now. */
  'input-moved': NoDetail;
  /** The document is not text. */
  'input-binary': { file: string };
  /** A file with a chain of thought that cannot be read: broken JSON, or a record of another kind. 1-based places. */
  'trace-invalid': { file?: string; line: number } & (
    | { what: 'record' }
    | { what: 'source' }
    | { what: 'table' }
    | { what: 'json'; column: number }
  );
  /** A text without reasoning steps. */
  'no-steps': { file?: string };
  /** A file beyond what is read at once. */
  'input-too-large': { file: string; mostMegabytes: number };
  /** The model looks back over `context` tokens; `tokens` of them and an answer would be needed. */
  'prompt-too-long': { what: 'problem' | 'worked-examples' | 'steps' | 'reading'; tokens: number; context: number };
  /** No server is chosen. */
  'server-unset': NoDetail;
  /** What stands as its address is none. */
  'server-address': NoDetail;
  // `server`: its address, without anything secret; so are all words that come from it.
  /** It is down, or its name or certificate is wrong. */
  'server-unreachable': { server: string; why: string };
  /** It sends nothing for too long. */
  'server-silent': { server: string; seconds: number };
  /** It goes on sending, but nothing more of an answer. */
  'server-idle': { server: string };
  /** It wants another key. */
  'server-refused': { server: string; status: number; words: string };
  /** It reports an error of its own, with or without a status; `about`: the part of the request that it does not take. */
  'server-error': { server: string; status?: number; words: string; about?: 'logprobs' };
  /** What it sends is no OpenAI-compatible answer. */
  'server-garbage': { server: string };
  /** It stopped half way. */
  'server-broken': { server: string };
  /** What it sends at once is beyond what is read. */
  'server-too-large': { server: string; mostMegabytes: number };
  /** It sends requests on to another server, which nobody chose. */
  'server-redirect': { server: string; target: string };
  /** It leads to a page for people, to sign in for instance. */
  'server-page': { server: string; page: string };
  /** The key cannot be sent at all. */
  'server-key': { server: string };
  /** No extension provides VS Code with a language model. */
  'language-model-none': NoDetail;
  /** The provider of one reports an error; the message has its words. */
  'language-model-failed': { modelName: string };
  /** A server (`whose`: its address) or a language model (its name) writes more than is read. */
  'answer-endless': { whose: string };
  // Of a download; `server`: host and port alone.
  /** What HF_ENDPOINT (`server`) holds is no address with https. */
  'download-address': { server: string };
  /** It is down, or the connection breaks again and again. */
  'download-unreachable': { server: string; why: string };
  /** It sends on to a host that is not its own, or out of encryption. */
  'download-redirect': { server: string; target: string };
  /** It wants a token, or another. */
  'download-refused': { server: string; hasToken: boolean };
  'download-missing': { server: string };
  'download-failed': { server: string; status: number };
  /** HTML, or something else that is neither a list nor a model. */
  'download-page': { server: string };
  /** What came has not the hash that the server says. */
  'download-hash': { server: string; file: string };
  /** The repository has no GGUF file. */
  'download-none': { repository: string };
  /** Another window is at it; `file`: what says so. */
  'download-elsewhere': { file: string };
  /** What was asked of it in this folder it does not do. */
  'disk-refuses': { folder: string; why: string };
  /** `bytes` more are needed. */
  'disk-full': { folder: string; bytes: number };
  /** Of a text: how many tokens there are, and how many would fit beside the model. Of a model: bytes that its weights take. */
  'out-of-memory': { asked?: number; fit?: number; weights?: number };
  cancelled: NoDetail;
  'worker-died': { outOfMemory?: boolean; reported?: string };
  /** Something is asked about that is not kept any more. */
  'trace-gone': NoDetail;
  /** There is no experiment of that name. */
  'milestone-unknown': { id: string; known: readonly string[] };
  /** A layer's attention is asked about, and it has none: a state or a convolution instead. */
  'no-attention': { layer: number };
  /** Predictions, interventions or what is measured by them, of a model whose tokens see later ones, too. */
  'both-ways': NoDetail;
  /** What a circuit holds of its run would take `bytes`; of the first `fit` tokens it is within what is taken. */
  'circuit-large': { bytes: number; fit: number };
  /** An intervention names a layer, head, expert or tokens that are not there. */
  'edit-invalid': NoDetail;
  internal: NoDetail;
}

/** What files and servers call things may have megabytes; a message is read by people. */
const MOST_CHARACTERS = 4096;

const bounded = <Value>(value: Value): Value =>
  typeof value === 'string' && value.length > MOST_CHARACTERS
    ? (`${value.slice(0, cutAt(value, MOST_CHARACTERS))}…` as Value)
    : value;

type NoDetail = Record<never, never>;

export type ProblemCode = keyof ProblemDetails;

class ProblemOf<Code extends ProblemCode> extends Error {
  override readonly name = 'Problem';
  readonly detail: ProblemDetails[Code];

  constructor(
    readonly code: Code,
    message: string,
    ...[detail]: Detail<Code>
  ) {
    super(bounded(message));
    const fields = Object.entries(detail ?? {}).map(([name, value]) => [name, bounded(value)] as const);
    this.detail = Object.fromEntries(fields) as ProblemDetails[Code];
  }

  /** The same with another message, e.g. a translated one. */
  told(message: string): Problem<Code> {
    return new Problem(this.code, message, ...([this.detail] as unknown as Detail<Code>));
  }
}

/** Left out where no field is needed. */
type Detail<Code extends ProblemCode> =
  Record<never, never> extends ProblemDetails[Code] ? [detail?: ProblemDetails[Code]] : [detail: ProblemDetails[Code]];

/** A union over the codes: `problem.code === 'server-error'` tells which fields `problem.detail` has. */
export type Problem<Code extends ProblemCode = ProblemCode> = Code extends ProblemCode ? ProblemOf<Code> : never;

export const Problem = ProblemOf as unknown as {
  new <Code extends ProblemCode>(code: Code, message: string, ...detail: Detail<Code>): Problem<Code>;
  readonly prototype: Problem;
};

/** Any thrown value as a Problem, so that it can cross a port. */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return isOutOfMemory(thrown) ? new Problem('out-of-memory', message) : new Problem('internal', message);
}

/** V8 gives no code: its words are all that tells a buffer without room from an endless recursion. */
function isOutOfMemory(thrown: unknown): boolean {
  return thrown instanceof RangeError && /memory|allocation|array length/i.test(thrown.message);
}
