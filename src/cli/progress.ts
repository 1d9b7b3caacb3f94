/** Progress on standard error: one line that is rewritten on a terminal, a line every ten percent elsewhere. */
export interface ProgressReporter {
  /** A callback for part `index` of the run. */
  part(index: number, name: string): (done: number) => void;
  end(): void;
}

/** A reporter over `parts` parts of about equal weight; silent unless asked for. */
export function progressReporter(wanted: boolean, parts: number): ProgressReporter {
  const terminal = process.stderr.isTTY;
  const started = performance.now();
  let shown = -1;
  return {
    part: (index, name) => (done) => {
      if (!wanted) return;
      const share = (index + Math.min(1, done)) / parts;
      const percent = Math.floor(100 * share);
      const due = terminal ? percent > shown : shown < 0 || percent >= shown + 10;
      if (!due) return;
      shown = percent;
      const seconds = (performance.now() - started) / 1000;
      const left = share > 0.02 ? `, about ${Math.ceil((seconds / share) * (1 - share))} s left` : "";
      const line = `${name}: ${percent} %${left}`;
      process.stderr.write(terminal ? `\r${line.padEnd(60)}` : `${line}\n`);
    },
    end: () => {
      if (wanted && terminal) process.stderr.write("\r".padEnd(62) + "\r");
    },
  };
}
