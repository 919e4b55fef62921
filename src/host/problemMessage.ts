/** A Problem in the person's language: what is wrong, where, and what to do about it. */
import * as vscode from 'vscode';
import { byteCount } from '../shared/modelFigures';
import { toProblem, type Problem, type ProblemCode, type ProblemDetails } from '../protocol/problem';

/** Whether doing the same again may succeed. */
export function canRetry(problem: Problem): boolean {
  if (problem.code === 'file-missing') return problem.detail.what !== 'untitled';
  return problem.code !== 'input-binary';
}

export function problemMessage<Code extends ProblemCode>(problem: Problem<Code>): string;
export function problemMessage<Code extends ProblemCode>({ code, detail, message }: Told<Code>): string {
  return MESSAGES[code](detail, message);
}

/** Any thrown value as a Problem that says it so itself: a page shows it as it is. */
export function toldProblem(thrown: unknown): Problem {
  const problem = toProblem(thrown);
  return problem.told(problemMessage(problem));
}

interface Told<Code extends ProblemCode> {
  code: Code;
  detail: ProblemDetails[Code];
  message: string;
}

const { t } = vscode.l10n;

/** One for each code: a new one without its message does not compile. */
const MESSAGES: { readonly [Code in ProblemCode]: (detail: ProblemDetails[Code], message: string) => string } = {
  'file-missing': ({ file, what }) => {
    switch (what) {
      case 'document':
        return t('{0} cannot be opened any more. Open the file and choose Explain Attention again.', file);
      case 'untitled':
        return t(
          '“{0}” was closed without being saved. What you see is about the text as it was; its places can be shown no more.',
          file,
        );
      case 'trace':
        return t('{0} cannot be read. Check that it is still there.', file);
      case 'disk-stalled':
        return t('The disk with {0} has not answered for a minute. Try again when it does.', file);
      case 'model-changed':
        return t('The model file {0} was changed while it was in use. Explain again to read it anew.', file);
      case 'bundled-models':
        return t(
          'The bundled model is missing from this installation ({0}). Choose a GGUF file from the disk with “Choose Model…”.',
          file,
        );
      case undefined:
        return t('The model file {0} cannot be read. Check that it is still there, or choose another model.', file);
    }
  },
  'model-invalid': ({ file, offset }, message) =>
    join(
      offset === undefined
        ? t('{0} is not a complete GGUF model file.', file)
        : t('{0} is not a complete GGUF model file: something is wrong at byte {1}.', file, offset),
      t('Download or copy the file again, or choose another model.'),
      t('Details: {0}', firstLine(message)),
    ),
  'weights-broken': ({ file = t('The model'), tensor }, message) =>
    join(
      tensor
        ? t(
            '{0} is damaged: the tensor {1} holds NaN or infinity, and nothing right can be computed from it.',
            file,
            tensor,
          )
        : t('{0} cannot be computed: its numbers become NaN or infinite.', file),
      t('Download or copy the file again, or choose another model.'),
      t('Details: {0}', firstLine(message)),
    ),
  'model-unsupported': ({ file, subject, supported }) =>
    join(
      subject ? t('{0} needs something that is not supported: {1}.', file, subject) : t('{0} is not supported.', file),
      supported?.length && t('Supported: {0}.', supported.join(', ')),
      t('Choose another model.'),
    ),
  'input-moved': () =>
    t('The text in the document has changed since it was explained. Explain it again, then write into it.'),
  'circuit-large': ({ bytes, fit }) =>
    t(
      'The circuit of this token would take {0} of memory beside the model. Choose one of the first {1} tokens.',
      byteCount(bytes),
      fit,
    ),
  'no-attention': ({ layer }) =>
    t('Layer {0} has no attention: what came before reaches a token there without being looked at.', layer),
  'both-ways': () =>
    t(
      'This model looks both ways: each token sees those behind it, too, and none is predicted. Its attention is explained and can be intervened in; predictions and what is measured by them are not there.',
    ),
  'input-empty': ({ line }) =>
    line === undefined
      ? t(
          'There is nothing to explain here: the range holds no text. Select some text, or put the cursor on a line that has some.',
        )
      : t(
          'There is nothing to explain here: line {0} is empty. Select some text, or put the cursor on a line that has some.',
          line,
        ),
  'input-binary': ({ file }) =>
    t('There is nothing to explain here: {0} is not a text file. Open a text file and try again.', file),
  'trace-invalid'({ file = t('The text'), line, ...at }) {
    if (at.what === 'source') {
      return t(
        '{0} looks like a program and has no marks of a chain of thought (code begins at line {1}). If a part of it is one, select that part and read it as a chain of thought.',
        file,
        line,
      );
    }
    if (at.what === 'table') {
      return t(
        '{0} looks like a table or a list of data and has no marks of a chain of thought. If a part of it is one, select that part and read it as a chain of thought.',
        file,
      );
    }
    if (at.what === 'record') {
      return t(
        '{0}: the JSON record at line {1} holds no chain of thought. It may be a chat (messages or choices, with reasoning_content or content) or a question with its answer.',
        file,
        line,
      );
    }
    return t(
      '{0} is broken JSON: something is wrong at line {1}, column {2}. Correct it there and import it again.',
      file,
      line,
      at.column,
    );
  },
  'no-steps': ({ file }) =>
    t(
      'No reasoning steps were found in {0}. Choose a transcript with <think> tags, a chat as JSON, a numbered list, or sentences.',
      file ?? t('this text'),
    ),
  'input-too-large': ({ file, mostMegabytes }) =>
    t(
      '{0} is too large: at most {1} are read. Cut out the part that you want to look at.',
      file,
      megabytes(mostMegabytes),
    ),
  'prompt-too-long': ({ what, tokens, context }) => {
    switch (what) {
      case 'worked-examples':
        return t(
          'The model’s context is {0} tokens, and the problem with its worked examples takes {1}: too little room is left for an answer. Choose a model with a longer context, or one with a chat template, which needs no worked examples.',
          context,
          tokens,
        );
      case 'reading':
        return t(
          'At most {0} tokens are read at once, and the problem with its steps up to here takes {1}. Take an earlier step.',
          context,
          tokens,
        );
      case 'steps':
        return t(
          'The model’s context is {0} tokens, and the problem with its steps up to here takes {1}: too little room is left for an answer. Take an earlier step, or choose a model with a longer context.',
          context,
          tokens,
        );
      case 'problem':
        return t(
          'The model’s context is {0} tokens, and the problem, as it is asked, takes {1}: too little room is left for an answer. Shorten the problem, or choose a model with a longer context.',
          context,
          tokens,
        );
    }
  },
  'server-unset': () => t('No server is chosen. “Connect a Server…” asks for its address.'),
  'server-address': () => t('This is no address of a server. “Connect a Server…” asks for another.'),
  'server-unreachable': ({ server, why }) =>
    t(
      'The server at {0} cannot be reached ({1}). Check that it runs, and its address: “Connect a Server…”.',
      server,
      why,
    ),
  'server-silent': ({ server, seconds }) =>
    t(
      'The server at {0} sent nothing for {1} s. It may still be loading its model or reading the question: wait and try again, or raise attentionExplainer.server.timeout.',
      server,
      seconds,
    ),
  'server-idle': ({ server }) =>
    t('The server at {0} goes on sending, but nothing more of an answer. It was left.', server),
  'server-refused': ({ server, status }) =>
    t('The server at {0} refuses the key ({1}). “Set Server Key…” asks for another.', server, status),
  'server-error': ({ server, status, words }) =>
    status === undefined
      ? t('The server at {0} reports: {1}', server, words)
      : t('The server at {0} answers with status {1}: {2}', server, status, words),
  'server-garbage': ({ server }) =>
    t(
      'What the server at {0} sends is not an OpenAI-compatible answer. Check its address: it mostly ends in /v1.',
      server,
    ),
  'server-broken': ({ server }) => t('The server at {0} stopped before its answer was complete.', server),
  'server-too-large': ({ server, mostMegabytes }) =>
    t(
      'The server at {0} sends more than {1} at once, which no answer takes. Check its address: it mostly ends in /v1.',
      server,
      megabytes(mostMegabytes),
    ),
  'server-redirect': ({ server, target }) =>
    t(
      'The server at {0} sends requests on to {1}. Nothing was sent there, since you have not chosen it. It may want you to sign in, or it may have moved: then choose the new address by “Connect a Server…”.',
      server,
      target,
    ),
  'server-page': ({ server, page }) =>
    t(
      'The server at {0} leads to a page instead of answering: {1}. It may want you to sign in there, or another address: “Connect a Server…”.',
      server,
      page,
    ),
  'server-key': ({ server }) =>
    t(
      'The key for the server at {0} holds a line break or another character that no key can hold. “Set Server Key…” asks for another.',
      server,
    ),
  'language-model-none': () =>
    t('No extension provides VS Code with a language model. Install one, or use the loaded model or a server.'),
  'language-model-failed': ({ modelName }, message) => t('{0} reports an error: {1}', modelName, firstLine(message)),
  'answer-endless': ({ whose }) =>
    t('The answer of {0} does not end: it was left after as much as the longest answers have.', whose),
  'download-address': ({ server }) => t('{0} holds no address that begins with https.', server),
  'download-unreachable': ({ server, why }) =>
    t(
      '{0} cannot be reached ({1}). Check the connection, and the proxy in VS Code’s settings. What has come is kept: Download Model… goes on from there.',
      server,
      why,
    ),
  'download-redirect': ({ server, target }) =>
    t('{0} sends the download on to {1}, which is not its own. Nothing was asked there.', server, target),
  'download-refused': ({ server, hasToken }) =>
    hasToken
      ? t('{0} refuses HF_TOKEN for this model. You may have to accept its terms there first.', server)
      : t(
          '{0} gives this model only to those who sign in. Accept its terms there, set HF_TOKEN, and start VS Code again.',
          server,
        ),
  'download-missing': ({ server }) =>
    t('{0} has no such model, or only for those who sign in: then set HF_TOKEN.', server),
  'download-failed': ({ server, status }) => t('{0} answers with status {1}. Try again later.', server, status),
  'download-page': ({ server }) =>
    t(
      '{0} sends a page or something else instead of what was asked for. The network may want you to sign in, or HF_ENDPOINT may name another server.',
      server,
    ),
  'download-hash': ({ server, file }) =>
    t('{0} does not have the hash that {1} says, and was thrown away. Download it again.', file, server),
  'download-none': ({ repository }) =>
    t(
      '{0} has no GGUF file that could be checked by its hash. Look for a repository whose name ends in GGUF.',
      repository,
    ),
  'download-elsewhere': ({ file }) =>
    t('Another window is downloading this file. If none is, wait half a minute ({0}).', file),
  'disk-full': ({ folder, bytes }) =>
    t('There is not enough room in {0}: {1} more are needed. What has come is kept.', folder, byteCount(bytes)),
  'disk-refuses': ({ folder, why }) => t('{0} cannot be written ({1}). What has come is kept.', folder, why),
  'out-of-memory': ({ asked, fit, weights }) => {
    if (weights) {
      return t(
        'There is not enough memory for this model, whose weights take {0}. Choose a smaller model, or close other panels.',
        byteCount(weights),
      );
    }
    return asked && fit
      ? t(
          'There is not enough memory for {0} tokens of this model. About {1} fit: select less text, or close other panels.',
          asked,
          fit,
        )
      : t('There is not enough memory for this. Select less text, choose a smaller model, or close other panels.');
  },
  cancelled: () => t('Cancelled.'),
  'worker-died': ({ outOfMemory, reported }) =>
    join(
      t('The process that runs the model ended unexpectedly.'),
      outOfMemory
        ? t('It had used up its memory: select less text or choose a smaller model.')
        : reported && t('It reported: {0}.', reported),
      t('“Try again” starts it once more.'),
    ),
  'trace-gone': () => t('What was computed for this panel is no longer in memory. “Try again” computes it once more.'),
  'milestone-unknown': ({ id, known }) => t('There is no milestone “{0}”. There are: {1}.', id, known.join(', ')),
  'edit-invalid': (_, message) => t('This change does not fit the model: {0}', firstLine(message)),
  internal: (_, message) =>
    t(
      'Something went wrong in Attention Explainer: {0}. Try again; if it happens every time, report it with this message.',
      firstLine(message),
    ),
};

const megabytes = (count: number): string => `${count} MB`;

function join(...parts: (string | number | undefined)[]): string {
  return parts.filter((part) => typeof part === 'string' && part !== '').join(' ');
}

/** The rest of a stack trace helps nobody who reads it in a panel. */
function firstLine(message: string): string {
  return message.split('\n', 1)[0];
}
