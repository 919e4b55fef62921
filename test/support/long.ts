/**
 * Tests whose full size says little more than a shorter one are whole under LONG_TESTS=1 alone: `npm run test:long`, whose last
 * result lies in bench/results/testLong.json.
 */
export const isLong = process.env.LONG_TESTS === '1';
