/** Durations for people: "0.4 s", "12 s", "2 min 5 s". */
export function durationText(ms: number): string {
  if (ms < 950) return `${Math.max(0, ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
