/** Whether a value from outside (a kept state, a message) has the shape that a type says: guards that are put together. */

export type Guard<T> = (value: unknown) => value is T;

export const text: Guard<string> = (value) => typeof value === 'string';
export const flag: Guard<boolean> = (value) => typeof value === 'boolean';
/** NaN and infinities too: where a state is kept as JSON they are null. */
export const number: Guard<number> = (value) => typeof value === 'number';
/** A whole number from 0. */
export const count: Guard<number> = (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

export const oneOf =
  <const T extends string>(...values: readonly T[]): Guard<T> =>
  (value): value is T =>
    values.includes(value as T);

export const orNull =
  <T>(guard: Guard<T>): Guard<T | null> =>
  (value): value is T | null =>
    value === null || guard(value);

export const optional =
  <T>(guard: Guard<T>): Guard<T | undefined> =>
  (value): value is T | undefined =>
    value === undefined || guard(value);

export const listOf =
  <T>(guard: Guard<T>): Guard<T[]> =>
  (value): value is T[] =>
    Array.isArray(value) && value.every(guard);

/** Every named value; others may be there. */
export const recordOf =
  <T>(guard: Guard<T>): Guard<Record<string, T>> =>
  (value): value is Record<string, T> =>
    isObject(value) && Object.values(value).every(guard);

/** These fields; others may be there. */
export const shape =
  <T extends object>(fields: { readonly [Name in keyof T]-?: Guard<T[Name]> }): Guard<T> =>
  (value): value is T =>
    isObject(value) &&
    Object.entries<Guard<unknown>>(fields).every(([name, guard]) =>
      guard(Object.hasOwn(value, name) ? value[name] : undefined),
    );

export const either =
  <T extends unknown[]>(...guards: { readonly [Index in keyof T]: Guard<T[Index]> }): Guard<T[number]> =>
  (value): value is T[number] =>
    guards.some((guard) => guard(value));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
