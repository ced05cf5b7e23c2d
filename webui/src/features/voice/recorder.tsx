// Takes a voice note: records, or looks at what the phone's own recorder brought, lets it be heard, and hands it over.
import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { stop, track } from '../../app/playing';
import { boxNow } from '../../core/box-time';
import { t } from '../../core/i18n';
import { clockLength, digits, LEVELS } from '../../core/levels';
import { Button, IconButton } from '../../ui/button';
import { Icon } from '../../ui/icon';
import { VoicePlayer } from './note';
import { drawn, LONGEST_MS, Take, type Recording } from './take';
import { Wave } from './wave';
import './voice.css';

interface RecorderProps {
  /** What the phone's own recorder brought; without it the browser records. */
  taken?: File;
  onSend: (recording: Recording) => void;
  /** Brought by the phone, and nothing that can be drawn: a file like any other. */
  onFile: (file: File) => void;
  onCancel: () => void;
}

/** So many of the latest are shown while it records. */
const SHOWN = 40;

export function Recorder({ taken, onSend, onFile, onCancel }: RecorderProps) {
  const take = useRef<Take | null>(null);
  const loud = useSignal<readonly number[]>([]);
  const length = useSignal(0);
  const fault = useSignal<string | null>(null);
  const ready = useSignal<Recording | null>(null);
  const view = useRef<HTMLDivElement>(null);

  const finish = async () => {
    const ended = await take.current?.end(nameNow());
    take.current = null;
    return ended ?? ready.peek();
  };
  const hear = async () => {
    ready.value = await finish();
  };
  const send = async () => {
    const recording = await finish();
    if (recording) onSend(recording);
  };

  useEffect(() => {
    let gone = false;
    if (taken) {
      void drawn(taken).then((voice) => gone || (voice ? (ready.value = { file: taken, voice }) : onFile(taken)));
    } else {
      const onLoud = (one: number, ms: number) => {
        loud.value = [...loud.peek().slice(1 - SHOWN), one];
        length.value = ms;
        if (ms >= LONGEST_MS) void hear();
      };
      Take.begin(onLoud).then(
        (begun) => (gone ? begun.drop() : (take.current = begun)),
        (thrown: Error) => (fault.value = t(thrown.name === 'NotAllowedError' ? 'voice_denied' : 'voice_no_microphone')),
      );
    }
    return () => {
      gone = true;
      take.current?.drop();
    };
  }, [taken]);
  // What had the keyboard is hidden now.
  useEffect(() => view.current?.focus(), []);

  if (fault.value)
    return (
      <div class="recorder" role="alert">
        <p class="recorder-fault">{fault.value}</p>
        <Button onClick={onCancel}>{t('close')}</Button>
      </div>
    );
  return (
    <div
      ref={view}
      tabIndex={-1}
      class="recorder"
      role="group"
      aria-label={t('voice_message')}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onCancel();
      }}
    >
      <IconButton icon="trash" label={t('voice_discard')} onClick={onCancel} />
      {ready.value ? (
        <Heard recording={ready.value} />
      ) : (
        <>
          <span class="recorder-dot" aria-hidden="true" />
          <span class="recorder-time" role="timer" aria-label={t('voice_recording')}>
            {clockLength(length.value)}
          </span>
          <Wave levels={digits(padded(loud.value))} durationMs={1} position={0} />
          <IconButton icon="stop" label={t('voice_stop')} disabled={length.value === 0} onClick={() => void hear()} />
        </>
      )}
      <button
        type="button"
        class="composer-send icon-turns"
        disabled={!ready.value && length.value === 0}
        aria-label={t('send')}
        title={t('send')}
        onClick={() => void send()}
      >
        <Icon name="send" />
      </button>
    </div>
  );
}

function Heard({ recording }: { recording: Recording }) {
  const src = useMemo(() => URL.createObjectURL(recording.file), [recording]);
  useEffect(
    () => () => {
      if (track.peek()?.src === src) stop();
      URL.revokeObjectURL(src);
    },
    [src],
  );
  return <VoicePlayer track={{ key: src, src, durationMs: recording.voice.duration_ms }} levels={recording.voice.levels} />;
}

/** The newest at the right. */
function padded(loud: readonly number[]): number[] {
  return [...Array.from({ length: Math.max(0, LEVELS - loud.length) }, () => 0), ...loud];
}

/** What the file is called when somebody saves it. */
function nameNow(): string {
  return `voice-${new Date(boxNow()).toISOString().slice(0, 19).replace(/[T:]/g, '-')}`;
}
