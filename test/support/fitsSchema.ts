/** Does JSON of the command line fit its schema? A schema is compiled once: that takes longer than any answer's check. */
import Ajv, { type ValidateFunction } from 'ajv';
import assert from 'node:assert/strict';
import schema from '../../src/protocol/explain.schema.json';

const compiled = new Map<string, ValidateFunction>();

export function assertFits(part: 'explain' | 'models' | 'bench' | 'trace' | 'reason', value: unknown): void {
  let validate = compiled.get(part);
  if (!validate) {
    validate = new Ajv({ strict: false }).compile({ ...schema, $ref: `#/definitions/${part}` });
    compiled.set(part, validate);
  }
  assert.ok(validate(value), JSON.stringify(validate.errors));
}
