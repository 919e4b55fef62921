/** In which themes it is checked that something can be read. */
import { isLong } from '../../support/long';
import { THEMES, type Theme } from '../../ui/driver/asAsked';

/** A dark and a light one; what the page draws in high contrast comes of the same rules, and is looked at in the long tests. */
export const SEEN_IN: readonly Theme[] = isLong ? (Object.keys(THEMES) as Theme[]) : ['dark', 'light'];
