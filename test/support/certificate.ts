/** A certificate that nobody vouches for, made anew, as the proxies of many a company put one in a server's place. */
import { generateKeyPairSync, sign } from 'node:crypto';

/** In PEM, for `https.createServer`. `address`: an IPv4 address, which the certificate names. Valid for a day. */
export function selfMadeCertificate(address: string): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const day = 24 * 3600_000;
  const utc = (ms: number): Buffer => of(0x17, Buffer.from(new Date(ms).toISOString().replace(/^..|[-:T]|\.\d+/g, '')));
  const names = sequence(of(0x87, Buffer.from(address.split('.').map(Number)))); // subjectAltName: iPAddress
  const extensions = of(0xa3, sequence(sequence(SUBJECT_ALT_NAME, of(0x04, names))));
  const name = sequence(of(0x31, sequence(COMMON_NAME, of(0x0c, Buffer.from('made by a test')))));
  const version = of(0xa0, of(0x02, Buffer.from([2])));
  const serial = of(0x02, Buffer.from([1]));
  const validity = sequence(utc(Date.now() - day), utc(Date.now() + day));
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const certificate = sequence(version, serial, ECDSA_SHA256, name, validity, name, spki, extensions); // RFC 5280, 4.1
  const signature = of(0x03, Buffer.from([0]), sign('sha256', certificate, privateKey));
  const der = sequence(certificate, ECDSA_SHA256, signature);
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

/** DER: a tag, a length of one, two or three bytes, contents. */
function of(tag: number, ...contents: Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  const { length } = body;
  const head = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...head]), body]);
}

const sequence = (...contents: Uint8Array[]): Buffer => of(0x30, ...contents);
const identifier = (hex: string): Buffer => of(0x06, Buffer.from(hex, 'hex'));
const ECDSA_SHA256 = sequence(identifier('2a8648ce3d040302')); // 1.2.840.10045.4.3.2
const COMMON_NAME = identifier('550403'); // 2.5.4.3
const SUBJECT_ALT_NAME = identifier('551d11'); // 2.5.29.17
