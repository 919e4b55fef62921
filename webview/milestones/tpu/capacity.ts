/** The sum that is told of 2013, with the person's numbers and the measured cost. */

export interface Load {
  users: number;
  /** Of use, each day. */
  minutes: number;
  tokensPerMinute: number;
}

const SECONDS_OF_A_DAY = 86_400;

/** Processor cores that are busy all day, if one makes so many tokens a second. */
export function cores({ users, minutes, tokensPerMinute }: Load, tokensPerSecond: number): number {
  return (users * minutes * tokensPerMinute) / tokensPerSecond / SECONDS_OF_A_DAY;
}
