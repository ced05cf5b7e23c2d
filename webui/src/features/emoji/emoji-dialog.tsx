// Choosing an emoji. All that there are, with their names, is loaded when somebody asks for more than is at hand.
import { t } from '../../core/i18n';
import { Dialog } from '../../ui/dialog';
import { lazy } from '../../ui/lazy';

const Picker = lazy(async () => (await import('./picker')).Picker);

export function EmojiDialog({ title, onPick, onClose }: { title?: string; onPick: (emoji: string) => void; onClose: () => void }) {
  return (
    <Dialog title={title ?? t('emoji_title')} onClose={onClose} sheet>
      <Picker onPick={onPick} />
    </Dialog>
  );
}
