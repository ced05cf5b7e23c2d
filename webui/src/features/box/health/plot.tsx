// One line over time. Gaps in time are gaps in the line; the numbers are said in words, and in a table for who can't see it.
import { useSignal } from '@preact/signals';
import { t } from '../../../core/i18n';
import './plot.css';

interface Point {
  at: number;
  value: number;
}

interface PlotProps {
  label: string;
  points: readonly Point[];
  /** Points further apart than two of these have a gap between them. */
  stepMs: number;
  say: (value: number) => string;
  when: (at: number) => string;
}

const WIDTH = 320;
const HEIGHT = 96;

export function Plot({ label, points, stepMs, say, when }: PlotProps) {
  const chosen = useSignal<number | null>(null);
  const first = points[0]!;
  const last = points[points.length - 1]!;
  const values = points.map((point) => point.value);
  const highest = Math.max(...values);
  const lowest = Math.min(...values);
  const top = highest === 0 ? 1 : highest;
  const x = (at: number) => ((at - first.at) / Math.max(1, last.at - first.at)) * WIDTH;
  const y = (value: number) => HEIGHT - (value / top) * (HEIGHT - 4) - 2;
  const shown = points[chosen.value ?? points.length - 1] ?? last;
  const choose = (event: PointerEvent) => {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect();
    const at = first.at + ((event.clientX - box.left) / box.width) * (last.at - first.at);
    chosen.value = nearest(points, at);
  };
  return (
    <figure class="plot">
      <p class="plot-value">
        <strong>{say(shown.value)}</strong> <span>{when(shown.at)}</span>
      </p>
      <svg
        class="plot-picture"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('chart_said', { label, lowest: say(lowest), highest: say(highest), now: say(last.value) })}
        onPointerMove={choose}
        onPointerDown={choose}
        onPointerLeave={() => (chosen.value = null)}
      >
        <line class="plot-ground" x1="0" x2={WIDTH} y1={HEIGHT - 2} y2={HEIGHT - 2} />
        {runs(points, stepMs).map((run) => (
          <g key={run[0]!.at}>
            <path class="plot-area" d={`M${x(run[0]!.at)} ${HEIGHT}${run.map((point) => `L${x(point.at).toFixed(1)} ${y(point.value).toFixed(1)}`).join('')}L${x(run[run.length - 1]!.at)} ${HEIGHT}Z`} />
            <path class="plot-line" d={`M${run.map((point) => `${x(point.at).toFixed(1)} ${y(point.value).toFixed(1)}`).join('L')}`} />
          </g>
        ))}
        {chosen.value !== null && <line class="plot-mark" x1={x(shown.at)} x2={x(shown.at)} y1="0" y2={HEIGHT} />}
      </svg>
      <figcaption class="plot-ends">
        <span>{when(first.at)}</span>
        <span>{t('chart_highest', { value: say(highest) })}</span>
        <span>{when(last.at)}</span>
      </figcaption>
    </figure>
  );
}

/** Stretches without a gap. */
function runs(points: readonly Point[], stepMs: number): Point[][] {
  const found: Point[][] = [];
  for (const point of points) {
    const run = found[found.length - 1];
    const before = run?.[run.length - 1];
    if (run && before && point.at - before.at <= 2 * stepMs) run.push(point);
    else found.push([point]);
  }
  return found;
}

function nearest(points: readonly Point[], at: number): number {
  let best = 0;
  for (let index = 1; index < points.length; index++) if (Math.abs(points[index]!.at - at) < Math.abs(points[best]!.at - at)) best = index;
  return best;
}
