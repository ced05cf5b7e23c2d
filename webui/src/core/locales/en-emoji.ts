// English: choosing an emoji.
import type { Entry } from './en';

export const enEmoji = {
  emoji_activities: 'Activities',
  emoji_animals: 'Animals and nature',
  emoji_flags: 'Flags',
  emoji_food: 'Food and drink',
  emoji_found: 'Found',
  emoji_groups: 'Groups of emoji',
  emoji_named: 'Emoji',
  emoji_none: 'No emoji found. Try another word.',
  emoji_objects: 'Objects',
  emoji_people: 'People and hands',
  emoji_recent: 'Recently used',
  emoji_search: 'Search emoji',
  emoji_smileys: 'Smileys and hearts',
  emoji_symbols: 'Symbols',
  emoji_title: 'Choose an emoji',
  emoji_tone: 'Skin tone',
  emoji_tone_0: 'Yellow',
  emoji_tone_1: 'Light',
  emoji_tone_2: 'Medium-light',
  emoji_tone_3: 'Medium',
  emoji_tone_4: 'Medium-dark',
  emoji_tone_5: 'Dark',
  emoji_travel: 'Travel and places',
} as const satisfies Record<`emoji_${string}`, Entry>;
