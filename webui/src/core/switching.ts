// Which names fit what was typed to go somewhere: a part of each word of the query, whatever its case and accents.

export function fits(typed: string, name: string, handle = ''): boolean {
  const all = `${plain(name)} ${handle}`;
  return plain(typed)
    .split(/\s+/)
    .every((word) => all.includes(word));
}

function plain(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}
