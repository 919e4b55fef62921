// Mocha reporter: shows progress as Spec or Dot does, and writes what happened to a JSON file, so that the script that
// started mocha (or the extension host around it) can count. Options: file, style (spec, dot or none).
'use strict';
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

const WRITE_MS = 500;

module.exports = class ResultReporter {
  constructor(runner, options) {
    const { file, style = 'spec' } = options.reporterOptions ?? options.reporterOption;
    this.shown = style === 'none' ? undefined : new reporters[style === 'dot' ? 'Dot' : 'Spec'](runner, options);
    const tests = [];
    let written = 0;
    const write = (done) => {
      written = Date.now();
      writeFileSync(file, JSON.stringify({ done, tests }));
    };
    const record = (test, state, error) => {
      tests.push({ title: test.fullTitle(), state, ms: test.duration, error: error && String(error.stack ?? error) });
      if (Date.now() - written > WRITE_MS) write(false);
    };
    write(false);
    runner.on('pass', (test) => record(test, 'passed'));
    runner.on('fail', (test, error) => record(test, 'failed', error));
    // A click that VS Code swallowed is tried once more, and told: whoever reads the output sees which test is shaky.
    runner.on('retry', (test, error) => {
      record(test, 'retried', error);
      console.log(
        `    ↻ failed once, tried again: ${test.fullTitle()}\n      ${String(error?.message ?? error).split('\n')[0]}`,
      );
    });
    runner.on('pending', (test) => record(test, 'skipped'));
    runner.once('end', () => write(true));
  }

  /** Spec prints its summary by itself on 'end'. */
  done(failures, finished) {
    finished(failures);
  }
};
