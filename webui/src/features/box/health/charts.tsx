// Plots where people would rather look than read: online, messages, disk, temperature, memory over time.
import { useSignal } from '@preact/signals';
import type { Chart, ChartPoint } from '../../../core/admin-wire';
import { boxNow } from '../../../core/box-time';
import { languageTag, t, type Key } from '../../../core/i18n';
import { formatBytes } from '../../../core/sizes';
import { format } from '../../../core/when';
import { Choice } from '../../../ui/field';
import { Empty } from '../../../ui/states';
import { Section } from '../../../ui/page';
import { usePoll } from '../../../ui/poll';
import { admin } from '../admin';
import { BoxPageFrame, Shown } from '../box-page';
import { Plot } from './plot';

type Span = 'day' | 'week' | 'year';
/** What is asked for, and how much of it is shown. */
const SPANS: Record<Span, { step: number; ms: number }> = {
  day: { step: 300, ms: 86_400_000 },
  week: { step: 3_600, ms: 7 * 86_400_000 },
  year: { step: 86_400, ms: 366 * 86_400_000 },
};
const LOOK_MS = 60_000;

const PLOTS: readonly { title: Key; of: (point: ChartPoint) => number | null; say: (value: number) => string }[] = [
  { title: 'chart_online', of: (point) => point.online, say: whole },
  { title: 'chart_messages', of: (point) => point.messages, say: whole },
  { title: 'chart_free', of: (point) => point.free_bytes, say: formatBytes },
  { title: 'chart_temperature', of: (point) => (point.temperature_mc == null ? null : point.temperature_mc / 1000), say: (value) => `${whole(value)} °C` },
  { title: 'chart_memory', of: (point) => point.memory_available ?? null, say: formatBytes },
];

export function Charts() {
  const span = useSignal<Span>('day');
  return (
    <BoxPageFrame title={t('box_charts')}>
      <Section>
        <Choice
          label={t('chart_span')}
          value={span.value}
          options={(['day', 'week', 'year'] as const).map((value) => ({ value, label: t(`chart_${value}`) }))}
          onChange={(value) => (span.value = value)}
        />
      </Section>
      <Plots key={span.value} span={span.value} />
    </BoxPageFrame>
  );
}

function Plots({ span }: { span: Span }) {
  const { step, ms } = SPANS[span];
  const chart = usePoll(() => admin.chart(step), [], LOOK_MS);
  return <Shown of={chart}>{(now) => <All chart={now} from={boxNow() - ms} span={span} />}</Shown>;
}

function All({ chart, from, span }: { chart: Chart; from: number; span: Span }) {
  const points = chart.points.filter((point) => point.at >= from);
  if (points.length < 2) return <Empty icon="clock" title={t('chart_soon')} />;
  return (
    <>
      {PLOTS.map(({ title, of, say }) => {
        const values = points.map((point) => ({ at: point.at, value: of(point) })).filter((one): one is { at: number; value: number } => one.value !== null);
        if (values.length < 2) return null;
        return (
          <Section key={title} title={t(title)}>
            <Plot label={t(title)} points={values} stepMs={chart.step_s * 1_000} say={say} when={(at) => when(at, span)} />
          </Section>
        );
      })}
    </>
  );
}

function whole(value: number): string {
  return value.toLocaleString(languageTag.value, { maximumFractionDigits: 0 });
}

function when(at: number, span: Span): string {
  const how: Intl.DateTimeFormatOptions =
    span === 'day' ? { hour: 'numeric', minute: '2-digit' } : span === 'week' ? { weekday: 'short', hour: 'numeric', minute: '2-digit' } : { month: 'short', day: 'numeric' };
  return format(how, at);
}
