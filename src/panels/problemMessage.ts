/** A Problem in the person's language: what is wrong, where, and what to do about it. */
import * as vscode from 'vscode';
import type { Problem } from '../protocol/problem';

/** Whether doing the same again may succeed. */
export function canRetry(problem: Problem): boolean {
  return problem.code !== 'input-binary';
}

export function problemMessage(problem: Problem): string {
  const { t } = vscode.l10n;
  const { file, offset, subject, supported, line, column, server, status, seconds, tokens, context } = problem.detail;
  switch (problem.code) {
    case 'file-missing':
      if (subject === 'document') {
        return t('{0} cannot be opened any more. Open the file and choose Explain Attention again.', file ?? '');
      }
      if (subject === 'trace') return t('{0} cannot be read. Check that it is still there.', file ?? '');
      return file?.endsWith('index.json')
        ? t(
            'The bundled model is missing from this installation ({0}). Choose a GGUF file from the disk with “Choose Model…”.',
            file,
          )
        : t('The model file {0} cannot be read. Check that it is still there, or choose another model.', file ?? '');
    case 'model-invalid':
      return join(
        offset === undefined
          ? t('{0} is not a complete GGUF model file.', file ?? t('The model'))
          : t('{0} is not a complete GGUF model file: something is wrong at byte {1}.', file ?? t('The model'), offset),
        t('Download or copy the file again, or choose another model.'),
        t('Details: {0}', firstLine(problem.message)),
      );
    case 'model-unsupported':
      return join(
        subject
          ? t('{0} needs something that is not supported: {1}.', file ?? t('The model'), subject)
          : t('{0} is not supported.', file ?? t('The model')),
        supported?.length && t('Supported: {0}.', supported.join(', ')),
        t('Choose another model.'),
      );
    case 'input-empty':
      return subject
        ? t(
            'There is nothing to explain here: line {0} is empty. Select some text, or put the cursor on a line that has some.',
            subject,
          )
        : t(
            'There is nothing to explain here: the range holds no text. Select some text, or put the cursor on a line that has some.',
          );
    case 'input-binary':
      return t('There is nothing to explain here: {0} is not a text file. Open a text file and try again.', file ?? '');
    case 'trace-invalid':
      return subject === 'record'
        ? t(
            '{0}: the JSON record at line {1} holds no chain of thought. It may be a chat (messages or choices, with reasoning_content or content) or a question with its answer.',
            file ?? t('The text'),
            line ?? 1,
          )
        : t(
            '{0} is broken JSON: something is wrong at line {1}, column {2}. Correct it there and import it again.',
            file ?? t('The text'),
            line ?? 1,
            column ?? 1,
          );
    case 'no-steps':
      return t(
        'No reasoning steps were found in {0}. Choose a transcript with <think> tags, a chat as JSON, a numbered list, or sentences.',
        file ?? t('this text'),
      );
    case 'input-too-large':
      return t(
        '{0} is too large: at most {1} are read. Cut out the part that you want to look at.',
        file ?? '',
        subject ?? '',
      );
    case 'prompt-too-long':
      return subject === 'worked-examples'
        ? t(
            'The model’s context is {0} tokens, and the problem with its worked examples takes {1}: too little room is left for an answer. Choose a model with a longer context, or one with a chat template, which needs no worked examples.',
            context ?? 0,
            tokens ?? 0,
          )
        : subject === 'reading'
          ? t(
              'At most {0} tokens are read at once, and the problem with its steps up to here takes {1}. Take an earlier step.',
              context ?? 0,
              tokens ?? 0,
            )
          : subject === 'steps'
            ? t(
                'The model’s context is {0} tokens, and the problem with its steps up to here takes {1}: too little room is left for an answer. Take an earlier step, or choose a model with a longer context.',
                context ?? 0,
                tokens ?? 0,
              )
            : t(
                'The model’s context is {0} tokens, and the problem, as it is asked, takes {1}: too little room is left for an answer. Shorten the problem, or choose a model with a longer context.',
                context ?? 0,
                tokens ?? 0,
              );
    case 'server-unset':
      return t('No server is chosen. “Connect a Server…” asks for its address.');
    case 'server-address':
      return t('This is no address of a server. “Connect a Server…” asks for another.');
    case 'server-unreachable':
      return t(
        'The server at {0} cannot be reached ({1}). Check that it runs, and its address: “Connect a Server…”.',
        server ?? '',
        subject ?? '',
      );
    case 'server-silent':
      return t(
        'The server at {0} sent nothing for {1} s. It may still be loading its model or reading the question: wait and try again, or raise attentionExplainer.server.timeout.',
        server ?? '',
        seconds ?? 0,
      );
    case 'server-refused':
      return t(
        'The server at {0} refuses the key ({1}). “Set Server Key…” asks for another.',
        server ?? '',
        status ?? '',
      );
    case 'server-error':
      return status === undefined
        ? t('The server at {0} reports: {1}', server ?? '', subject ?? '')
        : t('The server at {0} answers with status {1}: {2}', server ?? '', status, subject ?? '');
    case 'server-garbage':
      return t(
        'What the server at {0} sends is not an OpenAI-compatible answer. Check its address: it mostly ends in /v1.',
        server ?? '',
      );
    case 'server-broken':
      return t('The server at {0} stopped before its answer was complete.', server ?? '');
    case 'server-too-large':
      return t(
        'The server at {0} sends more than {1} at once, which no answer takes. Check its address: it mostly ends in /v1.',
        server ?? '',
        subject ?? '',
      );
    case 'server-redirect':
      return t(
        'The server at {0} sends requests on to {1}. Nothing was sent there, since you have not chosen it. It may want you to sign in, or it may have moved: then choose the new address by “Connect a Server…”.',
        server ?? '',
        subject ?? '',
      );
    case 'server-page':
      return t(
        'The server at {0} leads to a page instead of answering: {1}. It may want you to sign in there, or another address: “Connect a Server…”.',
        server ?? '',
        subject ?? '',
      );
    case 'server-key':
      return t(
        'The key for the server at {0} holds a line break or another character that no key can hold. “Set Server Key…” asks for another.',
        server ?? '',
      );
    case 'language-model-none':
      return t(
        'No extension provides VS Code with a language model. Install one, or use the loaded model or a server.',
      );
    case 'language-model-failed':
      return t('{0} reports an error: {1}', subject ?? '', firstLine(problem.message));
    case 'out-of-memory':
      return t('There is not enough memory for this. Select less text, choose a smaller model, or close other panels.');
    case 'cancelled':
      return t('Cancelled.');
    case 'worker-died':
      return join(
        t('The process that runs the model ended unexpectedly.'),
        subject === 'out of memory'
          ? t('It had used up its memory: select less text or choose a smaller model.')
          : subject && t('It reported: {0}.', subject),
        t('“Try again” starts it once more.'),
      );
    case 'trace-gone':
      return t('What was computed for this panel is no longer in memory. “Try again” computes it once more.');
    case 'milestone-unknown':
      return t('There is no milestone “{0}”. There are: {1}.', subject ?? '', supported?.join(', ') ?? '');
    case 'edit-invalid':
      return t('This change does not fit the model: {0}', firstLine(problem.message));
    case 'internal':
      return t(
        'Something went wrong in Attention Explainer: {0}. Try again; if it happens every time, report it with this message.',
        firstLine(problem.message),
      );
  }
}

function join(...parts: (string | number | undefined)[]): string {
  return parts.filter((part) => typeof part === 'string' && part !== '').join(' ');
}

/** The rest of a stack trace helps nobody who reads it in a panel. */
function firstLine(message: string): string {
  return message.split('\n', 1)[0];
}
