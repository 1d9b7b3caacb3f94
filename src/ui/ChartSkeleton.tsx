/** Keeps the place of the first chart, so that nothing jumps when it comes. */
export function ChartSkeleton() {
  return (
    <div className="chart-card chart-skeleton" aria-hidden="true">
      <div className="skeleton-line" />
      <div className="skeleton-line skeleton-short" />
      <div className="skeleton-plot" />
    </div>
  );
}
