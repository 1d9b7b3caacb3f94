/** Durations for people: "0.4 s", "12 s", "2 min 5 s". */
export function durationText(ms: number): string {
  if (ms < 950) return `${Math.max(0, ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** How much longer, for people: "about 12 s left", "almost done" below one second, which nobody can read in time. */
export function leftText(ms: number): string {
  return ms < 950 ? "almost done" : `about ${durationText(ms)} left`;
}
