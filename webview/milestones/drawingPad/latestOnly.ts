/** One call at a time; of those that come meanwhile only the latest counts. For questions asked while a line is drawn. */
export function latestOnly<Value>(call: (value: Value) => Promise<void>): (value: Value) => void {
  let waiting: { value: Value } | undefined;
  let running = false;
  return (value) => {
    waiting = { value };
    if (running) return;
    running = true;
    void (async () => {
      while (waiting) {
        const { value: now } = waiting;
        waiting = undefined;
        await call(now);
      }
      running = false;
    })();
  };
}
