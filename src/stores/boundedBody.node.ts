/** An answer's body as text, unless it is longer than any such answer. */

/** undefined: it has more than `most` bytes. */
export async function boundedBody({ body }: Response, most: number): Promise<string | undefined> {
  if (!body) return '';
  const reader = body.getReader();
  const pieces: Uint8Array[] = [];
  for (let bytes = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(pieces).toString('utf8');
    pieces.push(value);
    if ((bytes += value.length) <= most) continue;
    void reader.cancel().catch(() => undefined);
    return undefined;
  }
}
