// How much is unread, in figures and in words. The box counts to a hundred in each room: from there on it is "or more".
import { UNREAD_CAP } from './rooms';
import { t, type Key } from './i18n';

/** "7", "100+". */
export function unreadFigure(n: number): number | string {
  return n >= UNREAD_CAP ? `${UNREAD_CAP}+` : n;
}

/** `key` says it of exactly `n`; `keyMore` of a hundred and more. */
export function unreadWords(n: number, key: Key, keyMore: Key): string {
  return n >= UNREAD_CAP ? t(keyMore, { n: UNREAD_CAP }) : t(key, { n });
}
