// What opens a locked backup, asked where one is put back.
import type { Signal } from '@preact/signals';
import { t } from '../../../core/i18n';
import { TextField } from '../../../ui/field';

/** Characters, as many as the box takes. */
const MAX_CHARS = 256;

export function BackupPassphrase({ of, autofocus }: { of: Signal<string>; autofocus?: boolean }) {
  return (
    <TextField
      label={t('restore_passphrase')}
      help={t('restore_passphrase_help')}
      value={of.value}
      onInput={(value) => (of.value = value)}
      maxLength={MAX_CHARS}
      autofocus={autofocus}
      required
    />
  );
}
