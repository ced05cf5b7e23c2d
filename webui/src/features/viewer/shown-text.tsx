// A text as it is, in the encoding that the box found, or in another one.
import { useSignal } from '@preact/signals';
import { t } from '../../core/i18n';
import { formatBytes } from '../../core/sizes';
import { decodeText, ENCODINGS, loadText, SHOWN_BYTES, type TextFile } from '../../core/text-file';
import type { SentFile } from '../../core/wire';
import { Button } from '../../ui/button';
import { errorText } from '../../ui/error-text';
import { useLoad } from '../../ui/load';
import { Select } from '../../ui/select';

export function ShownText({ file }: { file: SentFile }) {
  const text = useLoad(() => loadText(file.id), [file.id]);
  const chosen = useSignal<string | null>(null);
  if (text.error)
    return (
      <div class="viewer-fault" role="alert">
        <p>{errorText(text.error)}</p>
        <Button icon="retry" onClick={text.reload}>
          {t('try_again')}
        </Button>
      </div>
    );
  if (!text.value) return null;
  const encoding = chosen.value ?? text.value.encoding;
  return (
    <div class="viewer-paper">
      <div class="viewer-encoding">
        <Select label={t('text_encoding')} value={encoding} options={encodings(text.value)} onChange={(next) => (chosen.value = next)} />
      </div>
      <pre class="viewer-text" role="region" tabIndex={0} aria-label={file.name}>
        {decodeText(text.value, encoding)}
      </pre>
      {text.value.cut && <p class="viewer-cut">{t('text_cut', { size: formatBytes(SHOWN_BYTES) })}</p>}
    </div>
  );
}

/** The box knows more of them than are offered. */
function encodings({ encoding }: TextFile): { value: string; label: string }[] {
  const offered = ENCODINGS.map(([value, label]) => ({ value, label }));
  return offered.some(({ value }) => value === encoding) ? offered : [{ value: encoding, label: encoding.toUpperCase() }, ...offered];
}
