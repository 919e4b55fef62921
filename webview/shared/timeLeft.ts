/** How long work will take, and what of a run of equal parts is left, by how long those so far took. No DOM. */
import { t } from './l10n';

/** Milliseconds before which nothing can be told. */
const TOO_EARLY = 2000;

/**
 * "Cutting: 3 of 533" with what is left behind it, as the parts so far took.
 * @param done parts that are done, of `total`
 * @param ms milliseconds since the run began
 */
export function withTimeLeft(words: string, done: number, total: number, ms: number): string {
  if (done < 2 || done >= total || ms < TOO_EARLY) return words;
  const seconds = Math.ceil(((ms / done) * (total - done)) / 1000);
  if (seconds < 60) return t('{0}, about {1} s left', words, seconds);
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120
    ? t('{0}, about {1} min left', words, minutes)
    : t('{0}, about {1} h left', words, Math.ceil(minutes / 60));
}

/** "about 9 min", before it is begun. @param ms milliseconds, at least one second is said */
export function aboutTime(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 60) return t('about {0} s', seconds);
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? t('about {0} min', minutes) : t('about {0} h', Math.ceil(minutes / 60));
}
