// A person's words with the web addresses in them made links. Never markup.
import { splitLinks } from '../../core/links';

export function RichText({ text }: { text: string }) {
  return (
    <p class="bubble-text" dir="auto">
      {splitLinks(text).map((piece, index) =>
        piece.href ? (
          <a key={index} href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
            {piece.text}
          </a>
        ) : (
          piece.text
        ),
      )}
    </p>
  );
}
