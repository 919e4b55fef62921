/** What a trace was read as: a tool's name as it is, a kind of text in the person's language. No DOM. */
import { t } from '../shared/l10n';

export function readerName(reader: string): string {
  const kinds: Readonly<Record<string, string>> = {
    Chat: t('Chat'),
    Message: t('Message'),
    'Data set': t('Data set'),
    'Wrapped record': t('Wrapped record'),
    'Chat template': t('Chat template'),
    Details: t('Details'),
    'Thought marks': t('Thought marks'),
    'Markdown chat': t('Markdown chat'),
    'Question and steps': t('Question and steps'),
    'Session log': t('Session log'),
    'Event stream': t('Event stream'),
  };
  return Object.hasOwn(kinds, reader) ? kinds[reader] : reader;
}
