/** Place of eta on a line from 0 to infinity, 0 .. 1: eta / (1 + eta), so that eta = 1 lies in the middle. */
export function etaPlace(eta: number): number {
  return Number.isFinite(eta) ? eta / (1 + eta) : 1;
}
