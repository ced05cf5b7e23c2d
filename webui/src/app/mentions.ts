// Whom a mention means, by the name they have now.
import { called } from '../core/called';
import { t } from '../core/i18n';
import { splitMentions } from '../core/mentions';
import type { Mention } from '../core/wire';
import { people } from './wiring';

/** `@王芳`, `@all`. */
export function mentionName({ user, handle }: Mention): string {
  // Where nobody knows them any more, what was written stands.
  const name = user == null ? t(handle === 'here' ? 'mention_word_here' : 'mention_word_all') : called(people.get(user).value, handle);
  return `@${name}`;
}

/** The text with names in the place of handles, for where it is only read. */
export function withNames(text: string, mentions: readonly Mention[] = []): string {
  if (mentions.length === 0) return text;
  return splitMentions(text, mentions)
    .map((piece) => (piece.mention ? mentionName(piece.mention) : piece.text))
    .join('');
}
