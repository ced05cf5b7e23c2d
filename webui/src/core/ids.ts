// Random ids that work on plain HTTP, where crypto.randomUUID does not exist but getRandomValues does.

export type FillRandom = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array;

const ALPHABET = '0123456789abcdefghijklmnopqrstuv';

/** `length` characters of 5 bits each. */
export function randomId(length: number, fill: FillRandom = (bytes) => crypto.getRandomValues(bytes)): string {
  let id = '';
  for (const byte of fill(new Uint8Array(length))) id += ALPHABET[byte & 31];
  return id;
}
