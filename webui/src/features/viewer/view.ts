// How a picture lies in its frame: scale and shift from the frame's centre, in CSS pixels. Pure arithmetic.

export interface View {
  scale: number;
  x: number;
  y: number;
}

export interface Point {
  x: number;
  y: number;
}

const CLOSEST = 8;

/** Scales so that what is under `point` stays under it. */
export function zoomAt(view: View, point: Point, wanted: number): View {
  const scale = Math.min(CLOSEST, Math.max(1, wanted));
  const ratio = scale / view.scale;
  return { scale, x: point.x - (point.x - view.x) * ratio, y: point.y - (point.y - view.y) * ratio };
}

/** One finger moved from `before` to `now` while `other` rested. */
export function pinch(view: View, before: Point, now: Point, other: Point): View {
  const was = Math.hypot(before.x - other.x, before.y - other.y);
  const is = Math.hypot(now.x - other.x, now.y - other.y);
  if (was < 1) return view;
  return zoomAt(view, { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }, view.scale * (is / was));
}

/** The picture's edge never comes further in than the frame's. */
export function clampPan(view: View, width: number, height: number): View {
  const spareX = (width * (view.scale - 1)) / 2;
  const spareY = (height * (view.scale - 1)) / 2;
  return { scale: view.scale, x: clamp(view.x, spareX), y: clamp(view.y, spareY) };
}

function clamp(value: number, spare: number): number {
  return Math.min(spare, Math.max(-spare, value));
}
