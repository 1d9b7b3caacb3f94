/** Covariances in the plane as ellipses that can be dragged, and back. */

/** Standard deviations along two perpendicular axes; angle of the first from the x axis, radians. */
export interface Ellipse {
  readonly first: number;
  readonly second: number;
  readonly angle: number;
}

export type Covariance = readonly (readonly number[])[];

/** Principal axes of a 2 x 2 covariance, the longer first, angle in (-pi/2, pi/2]. */
export function ellipseOf(cov: Covariance): Ellipse {
  const a = cov[0]?.[0] ?? 0;
  const b = cov[0]?.[1] ?? 0;
  const c = cov[1]?.[1] ?? 0;
  const middle = (a + c) / 2;
  const reach = Math.hypot((a - c) / 2, b);
  return {
    first: Math.sqrt(Math.max(0, middle + reach)),
    second: Math.sqrt(Math.max(0, middle - reach)),
    angle: reach === 0 ? 0 : Math.atan2(2 * b, a - c) / 2,
  };
}

/** Covariance of an ellipse. */
export function covarianceOf({ first, second, angle }: Ellipse): number[][] {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [u, v] = [first ** 2, second ** 2];
  const cross = (u - v) * cos * sin;
  return [
    [u * cos ** 2 + v * sin ** 2, cross],
    [cross, u * sin ** 2 + v * cos ** 2],
  ];
}

/** Handles sit this many standard deviations out, clear of the mean. */
export const HANDLE_REACH = 2;

/** The ellipse after its first or second handle was dragged to (dx, dy) from the mean; the other length stays. */
export function draggedEllipse(
  ellipse: Ellipse,
  handle: "first" | "second",
  dx: number,
  dy: number,
): Ellipse {
  const length = Math.hypot(dx, dy) / HANDLE_REACH;
  const turn = Math.atan2(dy, dx);
  return handle === "first"
    ? { ...ellipse, first: length, angle: turn }
    : { ...ellipse, second: length, angle: turn - Math.PI / 2 };
}

/** Where a handle is, from the mean. */
export function handleOffset(ellipse: Ellipse, handle: "first" | "second"): readonly [number, number] {
  const { angle } = ellipse;
  const first = HANDLE_REACH * ellipse.first;
  const second = HANDLE_REACH * ellipse.second;
  return handle === "first"
    ? [first * Math.cos(angle), first * Math.sin(angle)]
    : [-second * Math.sin(angle), second * Math.cos(angle)];
}
