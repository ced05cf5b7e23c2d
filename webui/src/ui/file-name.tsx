// The name of a file on one line: where it is too long the middle is left out, and its ending stays.
export function FileName({ name }: { name: string }) {
  const at = cut(name);
  return (
    <span class="file-name" title={name}>
      <span>{name.slice(0, at)}</span>
      <span>{name.slice(at)}</span>
    </span>
  );
}

/** Characters that stay at the end, beside those of the ending itself. */
const BEFORE = 4;
const LONGEST_ENDING = 8;

function cut(name: string): number {
  const dot = name.lastIndexOf('.');
  const end = dot > 0 && name.length - dot <= LONGEST_ENDING ? dot : name.length;
  // Never between the halves of one character.
  const at = Math.max(0, end - BEFORE);
  return /[\uDC00-\uDFFF]/.test(name.charAt(at)) ? at - 1 : at;
}
