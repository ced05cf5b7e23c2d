// All emoji: those used last first, the others by what they are about, found by words of either language. One stop of the Tab key;
// arrows go through them.
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import groups from 'virtual:emoji';
import { touch } from '../../app/navigation';
import { store } from '../../app/preferences';
import { findEmoji, noteEmoji, recentEmoji, setSkinTone, skinTone, toned, TONES, type EmojiRow } from '../../core/emoji';
import { language, t } from '../../core/i18n';
import { SearchField } from '../people/search-field';
import './picker.css';

/** Each group with the emoji that stands for it. */
const GROUPS = [
  ['🙂', 'emoji_smileys'],
  ['👋', 'emoji_people'],
  ['🐻', 'emoji_animals'],
  ['🍎', 'emoji_food'],
  ['🚌', 'emoji_travel'],
  ['⚽', 'emoji_activities'],
  ['💡', 'emoji_objects'],
  ['❤️', 'emoji_symbols'],
  ['🏁', 'emoji_flags'],
] as const;
const RECENT = -1;
/** Shows the colours of skin. */
const HAND = '✋';

const all: readonly EmojiRow[] = groups.flat();
const byEmoji = new Map<string, EmojiRow>();
for (const row of all) for (const one of [row[0], ...(row[3]?.split(' ') ?? [])]) byEmoji.set(one, row);

interface Shown {
  emoji: string;
  name: string;
}

export function Picker({ onPick }: { onPick: (emoji: string) => void }) {
  const typed = useSignal('');
  const recent = useSignal(recentEmoji(store).filter((one) => byEmoji.has(one)));
  const group = useSignal(recent.peek().length > 0 ? RECENT : 0);
  const tone = useSignal(skinTone(store));
  const box = useRef<HTMLDivElement>(null);
  const grid = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    // With fingers, the keyboard stays away until somebody wants to search.
    box.current?.querySelector<HTMLElement>(touch ? '[aria-pressed=true]' : 'input')?.focus();
  }, []);
  useLayoutEffect(() => {
    grid.current?.scrollTo(0, 0);
  }, [typed.value, group.value]);

  const pick = (emoji: string) => {
    noteEmoji(store, emoji);
    onPick(emoji);
  };
  const searching = typed.value.trim() !== '';
  const rows = searching ? findEmoji(all, typed.value) : (groups[group.value] ?? []);
  const inGroup = (some: readonly EmojiRow[]): Shown[] => some.map((row) => ({ emoji: toned(row, tone.value), name: nameOf(row) }));
  const lately = recent.value.map((emoji) => ({ emoji, name: nameOf(byEmoji.get(emoji)) }));
  // After the few that were used lately come the first of all: nobody who wants another has to look for it elsewhere.
  const shown = searching || group.value !== RECENT ? inGroup(rows) : [...lately, ...inGroup(groups[0]!).filter(({ emoji }) => !recent.value.includes(emoji))];
  const title = searching ? t('emoji_found') : group.value === RECENT ? t('emoji_recent') : t(GROUPS[group.value]![1]);

  return (
    <div
      ref={box}
      class="emoji"
      onKeyDown={(event) => {
        const from = event.target as HTMLElement;
        if (from.tagName !== 'INPUT' || event.isComposing) return;
        if (event.key === 'ArrowDown') grid.current?.querySelector('button')?.focus();
        else if (event.key === 'Enter' && searching && shown[0]) pick(shown[0].emoji);
        else return;
        event.preventDefault();
      }}
    >
      <SearchField value={typed.value} onInput={(value) => (typed.value = value)} label={t('emoji_search')} />
      <div class="emoji-groups" role="group" aria-label={t('emoji_groups')}>
        {recent.value.length > 0 && <Group sign="🕘" label={t('emoji_recent')} on={!searching && group.value === RECENT} onClick={() => show(RECENT)} />}
        {GROUPS.map(([sign, key], index) => (
          <Group key={key} sign={sign} label={t(key)} on={!searching && group.value === index} onClick={() => show(index)} />
        ))}
      </div>
      <Grid grid={grid} label={title} shown={shown} onPick={pick} onUp={() => box.current?.querySelector('input')?.focus()} />
      {shown.length === 0 && (
        <p class="emoji-none" role="status">
          {t('emoji_none')}
        </p>
      )}
      <div class="emoji-tones" role="radiogroup" aria-label={t('emoji_tone')}>
        {Array.from({ length: TONES + 1 }, (_, index) => (
          <label key={index} class="emoji-tone">
            <input
              type="radio"
              name="emoji-tone"
              class="hidden"
              checked={tone.value === index}
              aria-label={t(`emoji_tone_${index as 0 | 1 | 2 | 3 | 4 | 5}`)}
              onChange={() => {
                tone.value = index;
                setSkinTone(store, index);
              }}
            />
            <span aria-hidden="true">{toned(byEmoji.get(HAND)!, index)}</span>
          </label>
        ))}
      </div>
    </div>
  );

  function show(to: number) {
    typed.value = '';
    group.value = to;
  }
}

function nameOf(row: EmojiRow | undefined): string {
  const words = (language.value === 'zh' && row?.[2]) || row?.[1] || '';
  return words.split('|')[0] ?? '';
}

function Group({ sign, label, on, onClick }: { sign: string; label: string; on: boolean; onClick: () => void }) {
  return (
    <button type="button" class="emoji-group" aria-label={label} title={label} aria-pressed={on} onClick={onClick}>
      <span aria-hidden="true">{sign}</span>
    </button>
  );
}

interface GridProps {
  grid: { current: HTMLDivElement | null };
  label: string;
  shown: readonly Shown[];
  onPick: (emoji: string) => void;
  onUp: () => void;
}

function Grid({ grid, label, shown, onPick, onUp }: GridProps) {
  const reached = useSignal(0);
  const at = reached.value < shown.length ? reached.value : 0;
  const keys = (event: KeyboardEvent) => {
    const cells = [...grid.current!.querySelectorAll('button')];
    const from = cells.indexOf(event.target as HTMLButtonElement);
    if (from < 0) return;
    const top = cells[0]!.offsetTop;
    const beyond = cells.findIndex((cell) => cell.offsetTop !== top);
    const wide = beyond < 0 ? cells.length : beyond;
    const to = { ArrowRight: from + 1, ArrowLeft: from - 1, ArrowDown: Math.min(from + wide, cells.length - 1), ArrowUp: from - wide, Home: 0, End: cells.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (event.key === 'ArrowUp' && to < 0) onUp();
    else cells[to]?.focus();
  };
  return (
    <div ref={grid} class="emoji-grid" role="group" aria-label={label} onKeyDown={keys}>
      {shown.map(({ emoji, name }, index) => (
        <button
          key={emoji}
          type="button"
          class="emoji-one"
          aria-label={name}
          title={name}
          tabIndex={index === at ? 0 : -1}
          onFocus={() => (reached.value = index)}
          onClick={() => onPick(emoji)}
        >
          <span aria-hidden="true">{emoji}</span>
        </button>
      ))}
    </div>
  );
}
