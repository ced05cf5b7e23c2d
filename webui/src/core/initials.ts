// What stands in for a picture: one or two letters and a colour that stays with the name.

/** 王芳 → 芳, "Ada Lovelace" → AL, "bot" → B. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u);
  const first = [...(words[0] ?? '')];
  if (first.length === 0) return '·';
  if (isCjk(first[0]!)) return first.length <= 3 ? first[first.length - 1]! : first[0]!;
  const last = words.length > 1 ? [...words[words.length - 1]!][0]! : '';
  return (first[0]! + last).toLocaleUpperCase();
}

/** A number from 0 to 7: one of the eight avatar colours. */
export function colourOf(name: string): number {
  let hash = 2166136261;
  for (const character of name) hash = Math.imul(hash ^ character.codePointAt(0)!, 16777619);
  return (hash >>> 0) % 8;
}

function isCjk(character: string): boolean {
  return /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(character);
}
