/** What a command tells when a part of it failed: all of its output, and what goes to stderr with exit code 1. */
export interface CommandOutput {
  output: string;
  errors: readonly string[];
}
