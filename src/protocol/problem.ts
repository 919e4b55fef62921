/**
 * Everything that can go wrong on the way of the data, as one typed error.
 * The `code` is what callers decide on and what the host translates; the message is English, for logs and the command line.
 */
export type ProblemCode =
  | 'file-missing' // the model file is gone or cannot be read
  | 'model-invalid' // truncated, lying or not a GGUF file
  | 'model-unsupported' // a well-formed file whose architecture, tensor type or tokenizer we do not know
  | 'input-empty' // nothing to explain
  | 'input-binary' // the document is not text
  | 'trace-invalid' // a file with a chain of thought that cannot be read (broken JSON, JSON of another kind)
  | 'no-steps' // a text without reasoning steps
  | 'input-too-large' // a file beyond what is read at once
  | 'prompt-too-long' // the model's context has no room for the question and an answer
  | 'server-unset' // no server is chosen
  | 'server-address' // what stands as its address is none
  | 'server-unreachable' // it is down, or its name or certificate is wrong
  | 'server-silent' // it sends nothing for too long
  | 'server-refused' // it wants another key
  | 'server-error' // it reports an error of its own
  | 'server-garbage' // what it sends is no OpenAI-compatible answer
  | 'server-broken' // it stopped half way
  | 'server-too-large' // what it sends at once is beyond what is read
  | 'server-redirect' // it sends requests on to another server, which nobody chose
  | 'server-page' // it leads to a page for people, to sign in for instance
  | 'server-key' // the key cannot be sent at all
  | 'language-model-none' // no extension provides VS Code with a language model
  | 'language-model-failed' // the provider of one reports an error
  | 'out-of-memory'
  | 'cancelled'
  | 'worker-died'
  | 'trace-gone' // the view asks about a trace that was released
  | 'milestone-unknown' // there is no experiment of that name
  | 'edit-invalid' // an intervention names a layer, head, expert or tokens that are not there
  | 'internal';

export interface ProblemDetail {
  /** Path of the file at fault. */
  file?: string;
  /** Byte offset into that file. */
  offset?: number;
  /** Tensor, metadata key, architecture or type at fault. */
  subject?: string;
  /** 1-based place in that file. */
  line?: number;
  column?: number;
  /** Address of the server at fault, without anything secret; its status, or how long it was silent. */
  server?: string;
  status?: number;
  seconds?: number;
  /** Tokens that a prompt takes, and those that the model looks back over. */
  tokens?: number;
  context?: number;
  /** What would be accepted instead, for messages of the form "supported: …". */
  supported?: string[];
}

export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly code: ProblemCode,
    message: string,
    readonly detail: ProblemDetail = {},
  ) {
    super(message);
  }
}

/** Any thrown value as a Problem, so that it can cross a port. */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const message = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  const outOfMemory = thrown instanceof RangeError && /memory|allocation|array length/i.test(thrown.message);
  return new Problem(outOfMemory ? 'out-of-memory' : 'internal', message);
}
