// Fingers, wheel and double tap on a picture: closer, farther, around; a swipe at rest size goes on or closes.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { clampPan, pinch, zoomAt, type View } from './view';

interface ZoomProps {
  onStep: (by: number) => void;
  onClose: () => void;
  children: ComponentChildren;
}

const SWIPE = 60;
const DOUBLE_TAP_MS = 300;

export function Zoom({ onStep, onClose, children }: ZoomProps) {
  const frame = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = frame.current;
    const content = inner.current;
    if (!box || !content) return undefined;
    let view: View = { scale: 1, x: 0, y: 0 };
    const fingers = new Map<number, { x: number; y: number }>();
    let start = { x: 0, y: 0 };
    let lastTap = -DOUBLE_TAP_MS;
    /** More than one finger took part: whatever the last one does is neither swipe nor tap. */
    let several = false;
    const show = (next: View) => {
      view = clampPan(next, box.clientWidth, box.clientHeight);
      content.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
    };
    const centre = (event: { clientX: number; clientY: number }) => {
      const rect = box.getBoundingClientRect();
      return { x: event.clientX - rect.left - rect.width / 2, y: event.clientY - rect.top - rect.height / 2 };
    };
    const down = (event: PointerEvent) => {
      if (event.button !== 0) return;
      box.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, centre(event));
      several = fingers.size > 1;
      if (!several) start = centre(event);
    };
    const move = (event: PointerEvent) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const now = centre(event);
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
      fingers.set(event.pointerId, now);
      if (other) show(pinch(view, before, now, other));
      else if (view.scale > 1) show({ ...view, x: view.x + now.x - before.x, y: view.y + now.y - before.y });
      else content.style.transform = `translate(${now.x - start.x}px, ${Math.max(0, now.y - start.y)}px)`;
    };
    const up = (event: PointerEvent) => {
      if (!fingers.delete(event.pointerId) || fingers.size > 0) return;
      const now = centre(event);
      const moved = { x: now.x - start.x, y: now.y - start.y };
      if (view.scale === 1) {
        show(view);
        if (several || event.type === 'pointercancel') return;
        if (Math.abs(moved.x) > SWIPE && Math.abs(moved.x) > Math.abs(moved.y)) onStep(moved.x < 0 ? 1 : -1);
        else if (moved.y > 2 * SWIPE) onClose();
      }
      if (several || Math.hypot(moved.x, moved.y) > 8) return;
      const second = event.timeStamp - lastTap < DOUBLE_TAP_MS;
      if (second) show(view.scale > 1 ? { scale: 1, x: 0, y: 0 } : zoomAt(view, now, 2.5));
      // A third tap begins anew.
      lastTap = second ? -DOUBLE_TAP_MS : event.timeStamp;
    };
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      show(zoomAt(view, centre(event), view.scale * Math.exp(-event.deltaY / 300)));
    };
    const key = (event: KeyboardEvent) => {
      if (event.key === '+' || event.key === '=') show(zoomAt(view, { x: 0, y: 0 }, view.scale * 1.4));
      else if (event.key === '-') show(zoomAt(view, { x: 0, y: 0 }, view.scale / 1.4));
      else if (event.key === '0') show({ scale: 1, x: 0, y: 0 });
    };
    box.addEventListener('pointerdown', down);
    box.addEventListener('pointermove', move);
    box.addEventListener('pointerup', up);
    box.addEventListener('pointercancel', up);
    box.addEventListener('wheel', wheel, { passive: false });
    window.addEventListener('keydown', key);
    return () => window.removeEventListener('keydown', key);
  }, []);
  return (
    <div ref={frame} class="viewer-frame">
      <div ref={inner} class="viewer-inner">
        {children}
      </div>
    </div>
  );
}
