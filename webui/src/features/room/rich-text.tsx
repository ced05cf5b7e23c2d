// A person's words with the web addresses in them made links. Never markup. What would fill screens is folded.
import { useSignal } from '@preact/signals';
import { session } from '../../app/wiring';
import { t } from '../../core/i18n';
import { ownPart, splitLinks } from '../../core/links';

/** More than this is folded: lines as written, and characters for those that write none. */
const MOST_LINES = 24;
const MOST_CHARS = 1_500;

export function RichText({ text, onUnfold }: { text: string; onUnfold?: () => void }) {
  const open = useSignal(false);
  if (!isLong(text)) return <Words text={text} />;
  return (
    <>
      <Words text={text} folded={!open.value} />
      <button
        type="button"
        class="bubble-fold"
        aria-expanded={open.value}
        onClick={() => {
          onUnfold?.();
          open.value = !open.value;
        }}
      >
        {t(open.value ? 'show_less' : 'show_all')}
      </button>
    </>
  );
}

function isLong(text: string): boolean {
  return text.length > MOST_CHARS || text.split('\n', MOST_LINES + 1).length > MOST_LINES;
}

function Words({ text, folded }: { text: string; folded?: boolean }) {
  return (
    <p class={folded ? 'bubble-text bubble-folded' : 'bubble-text'} dir="auto">
      {splitLinks(text).map((piece, index) =>
        piece.href ? (
          <Link key={index} href={piece.href} text={piece.text} />
        ) : (
          piece.text
        ),
      )}
    </p>
  );
}

function Link({ href, text }: { href: string; text: string }) {
  const box = session.box.value;
  // Whoever sent it may know the box by another of its addresses, at which the reader is not signed in.
  const own = ownPart(href, [location.origin, ...(box?.addresses.map(({ url }) => url) ?? [])]);
  if (own) return <a href={own}>{text}</a>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {text}
    </a>
  );
}
