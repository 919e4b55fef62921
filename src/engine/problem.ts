export * from '../protocol/problem';
