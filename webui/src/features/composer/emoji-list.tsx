// Emoji that fit the name that is typed behind a colon.
import { useMemo } from 'preact/hooks';
import groups from 'virtual:emoji';
import { store } from '../../app/preferences';
import { findEmoji, noteEmoji, skinTone, toned } from '../../core/emoji';
import { language, t } from '../../core/i18n';
import { OptionList, type Offer } from './option-list';

const ALL = groups.flat();
const MOST = 8;

export function EmojiList({ onChoose, ...offer }: Offer) {
  const { typed } = offer.typed;
  const found = useMemo(() => {
    const tone = skinTone(store);
    return findEmoji(ALL, typed.replace(/[_-]+/g, ' '))
      .slice(0, MOST)
      .map((row) => {
        const written = toned(row, tone);
        const [name] = (language.value === 'zh' && row[2] ? row[2] : row[1]).split('|');
        return {
          written,
          shown: (
            <>
              <span class="option-emoji">{written}</span>
              <span class="option-name">{name}</span>
            </>
          ),
        };
      });
  }, [typed, language.value]);
  const choose = (emoji: string) => {
    noteEmoji(store, emoji);
    onChoose(emoji);
  };
  return <OptionList {...offer} label={t('emoji_named')} found={found} onChoose={choose} />;
}
