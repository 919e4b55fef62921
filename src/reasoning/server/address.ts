/** The address of an OpenAI-compatible server, as people write it. */
import { Problem } from '../../protocol/problem';

/**
 * "127.0.0.1:8080", "http://127.0.0.1:11434", "…/v1", "…/v1/chat/completions" → "http://127.0.0.1:8080/v1", without a slash
 * at the end. What could hold a secret (user, password, query) is refused or left out, since addresses are shown.
 * Throws Problem server-address.
 */
export function baseAddress(written: string): string {
  const text = written.trim();
  const withScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || text === '') {
    throw new Problem('server-address', 'This is no address of a server.');
  }
  const path = url.pathname.replace(/\/+$/, '').replace(/\/chat\/completions$/, '');
  return `${url.origin}${path === '' ? '/v1' : path}`;
}

/** Whom a key belongs to: it is sent to no other. */
export const originOf = (address: string): string => new URL(address).origin;

/** A key sent there can be read on the way. */
export function isUnencrypted(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  return protocol === 'http:' && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}
