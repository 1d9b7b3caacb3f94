/** What benchmarks report: rows of figures with their goals, as a table and as JSON. */

export interface Figure {
  /** What was measured, with its size. */
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The figure to reach, if there is one. */
  readonly goal?: { readonly least?: number; readonly most?: number };
  readonly note?: string;
}

export interface Section {
  readonly title: string;
  /** Adapter or processor that it ran on. */
  readonly device: string;
  readonly figures: readonly Figure[];
}

export function isReached({ value, goal }: Figure): boolean | null {
  if (!goal) return null;
  return value >= (goal.least ?? -Infinity) && value <= (goal.most ?? Infinity);
}

/** The sections as aligned text. */
export function asTable(sections: readonly Section[]): string {
  return sections
    .map(({ title, device, figures }) => {
      const rows = figures.map((figure) => [
        figure.what,
        `${short(figure.value)} ${figure.unit}`,
        goalText(figure),
        figure.note ?? "",
      ]);
      const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
      const lines = rows.map((row) =>
        `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd(),
      );
      return [`${title} (${device})`, ...lines].join("\n");
    })
    .join("\n\n");
}

function goalText(figure: Figure): string {
  const { goal } = figure;
  if (!goal) return "";
  const wanted = goal.least !== undefined ? `>= ${short(goal.least)}` : `<= ${short(goal.most ?? NaN)}`;
  return `${isReached(figure) ? "reached" : "missed"} (${wanted})`;
}

function short(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return value >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
