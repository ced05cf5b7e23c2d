// Which texts are nothing but a few emoji: they are shown large.

const MOST = 5;
const ONE = /^(?:\p{Regional_Indicator}{2}|[0-9#*]\ufe0f?\u20e3|(?:(?!\p{Regional_Indicator})\p{Emoji_Presentation}|\p{Extended_Pictographic}(?=\ufe0f|\p{Emoji_Modifier}|\u200d))(?:\ufe0f|\p{Emoji_Modifier})?[\u{e0020}-\u{e007f}]*(?:\u200d\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?)*)\s*/u;
/** The longest emoji there are, families and flags, with blanks between them. */
const MOST_UNITS = MOST * 32;

/** How many emoji a text is made of; 0: of more than five, or of anything else. */
export function bigEmoji(text: string): number {
  if (text.length > MOST_UNITS) return 0;
  let rest = text.trim();
  let count = 0;
  for (let found = ONE.exec(rest); found && rest; found = ONE.exec(rest)) {
    rest = rest.slice(found[0].length);
    count++;
  }
  return rest === '' && count <= MOST ? count : 0;
}
