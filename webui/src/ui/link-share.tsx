// A link in every form it can be given away: QR code, text to copy, the phone's share sheet; by each address of the box.
import { useSignal } from '@preact/signals';
import { t } from '../core/i18n';
import { Button } from './button';
import { copyText } from './copy';
import './link-share.css';

interface LinkShareProps {
  links: readonly string[];
  chosen: number;
  onChoose: (index: number) => void;
  qr: (index: number) => string;
  qrLabel: string;
  /** What is said when the link is shared. */
  shareText?: string;
}

export function LinkShare({ links, chosen, onChoose, qr, qrLabel, shareText }: LinkShareProps) {
  const copied = useSignal<number | null>(null);
  const link = links[chosen] ?? '';
  // Only where the browser has it: on plain HTTP most don't.
  const canShare = shareText !== undefined && typeof navigator.share === 'function';
  return (
    <div class="share">
      <div class="share-qr">
        <img src={qr(chosen)} alt={qrLabel} width="260" height="260" />
      </div>
      {links.length > 1 && (
        <div class="share-hosts" role="group" aria-label={t('by_address')}>
          {links.map((one, index) => (
            <button key={one} type="button" aria-pressed={index === chosen} onClick={() => onChoose(index)}>
              {hostOf(one)}
            </button>
          ))}
        </div>
      )}
      <code class="share-link">{link}</code>
      <div class="buttons">
        <Button kind="main" icon="copy" onClick={() => (copied.value = copyText(link) ? chosen : null)}>
          {copied.value === chosen ? t('copied') : t('copy_link')}
        </Button>
        {canShare && (
          <Button icon="share" onClick={() => void navigator.share({ text: shareText, url: link }).catch(() => undefined)}>
            {t('share')}
          </Button>
        )}
      </div>
    </div>
  );
}

export function hostOf(link: string): string {
  try {
    return new URL(link).host;
  } catch {
    return link;
  }
}
