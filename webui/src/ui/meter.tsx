// A bar: how much of something is used, or how far something is.
import './meter.css';

export function Meter({ label, part, kind = 'progress' }: { label: string; part: number; kind?: 'progress' | 'used' }) {
  const percent = Math.round(Math.min(1, Math.max(0, part)) * 100);
  const full = kind === 'used' && percent >= 90;
  return (
    <div
      class={full ? 'meter meter-full' : 'meter'}
      role={kind === 'used' ? 'meter' : 'progressbar'}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <span style={{ width: `${percent}%` }} />
    </div>
  );
}
