// A person's words as they are shown: what stands out in them, code to copy, links with where they lead, and a few emoji alone large.
// What would fill screens is folded: only its beginning is made into elements until somebody asks for the rest.
import { useSignal } from '@preact/signals';
import { useContext, useEffect, useMemo, useRef } from 'preact/hooks';
import { showNotice } from '../../app/notices';
import { ledTo } from '../../app/state';
import { session } from '../../app/wiring';
import { bigEmoji } from '../../core/emoji-only';
import { foldText } from '../../core/fold';
import { t } from '../../core/i18n';
import { ownPart, placeOf } from '../../core/links';
import { plainInline, readText, withoutTricks, type Block, type Inline, type ListItem } from '../../core/text';
import type { Mention } from '../../core/wire';
import { IconButton } from '../../ui/button';
import { copyText } from '../../ui/copy';
import { Mentioned, MentionsOf } from './mention';
import './rich-text.css';

/** So many parts of a text may stand out: nobody needs more to be understood, and a page of history is shown at once. */
const MOST_PARTS = 400;
const MOST_PARTS_FOLDED = 40;

const RTL = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

interface RichTextProps {
  text: string;
  mentions?: readonly Mention[];
  /** What it is said in: who is led to it sees all of it. */
  room?: number;
  seq?: number;
  onUnfold?: () => void;
}

export function RichText(props: RichTextProps) {
  if (!props.mentions?.length) return <Text {...props} />;
  return (
    <MentionsOf.Provider value={props.mentions}>
      <Text {...props} />
    </MentionsOf.Provider>
  );
}

function Text(props: RichTextProps) {
  const text = withoutTricks(props.text);
  const beginning = foldText(text);
  if (beginning !== null) return <Folded {...props} text={text} beginning={beginning} />;
  const emoji = bigEmoji(text);
  if (emoji > 0) return <p class={`bubble-text bubble-emoji bubble-emoji-${emoji}`}>{text}</p>;
  return <Words text={text} most={MOST_PARTS} />;
}

function Folded({ text, beginning, room, seq, onUnfold }: RichTextProps & { beginning: string }) {
  const open = useSignal(false);
  const fold = useRef<HTMLButtonElement>(null);
  useEffect(
    () =>
      ledTo.subscribe((to) => {
        if (to && to.room === room && to.seq === seq) open.value = true;
      }),
    [room, seq],
  );
  return (
    <>
      {open.value ? (
        <Words text={text} most={MOST_PARTS} />
      ) : (
        <div class="bubble-folded">
          <Words text={beginning} most={MOST_PARTS_FOLDED} />
        </div>
      )}
      <button
        ref={fold}
        type="button"
        class="bubble-fold"
        aria-expanded={open.value}
        onClick={() => {
          onUnfold?.();
          open.value = !open.value;
          // Whoever read to the end of it is left at the message, and not somewhere below it.
          if (!open.value) requestAnimationFrame(() => fold.current?.scrollIntoView({ block: 'nearest' }));
        }}
      >
        {t(open.value ? 'show_less' : 'show_all')}
      </button>
    </>
  );
}

function Words({ text, most }: { text: string; most: number }) {
  const blocks = useMemo(() => readText(text, { most, steps: 0 }), [text, most]);
  const [first] = blocks;
  if (blocks.length === 1 && first?.is === 'words') return <Paragraph of={first.of} text />;
  return (
    <div class="bubble-text bubble-blocks">
      <Blocks of={blocks} />
    </div>
  );
}

function Blocks({ of }: { of: readonly Block[] }) {
  return <>{of.map((block, at) => <OneBlock key={at} block={block} />)}</>;
}

function OneBlock({ block }: { block: Block }) {
  switch (block.is) {
    case 'words':
      return <Paragraph of={block.of} />;
    case 'list':
      return <List items={block.items} />;
    case 'quote':
      return (
        <blockquote class="text-quote" dir="auto">
          <Blocks of={block.of} />
        </blockquote>
      );
    case 'code':
      return <Code language={block.language} text={block.lines.map((line) => line.text).join('\n')} />;
  }
}

/** Each line goes in the direction of its own first letter. `text`: it is all of the message. */
function Paragraph({ of, text }: { of: readonly Inline[]; text?: boolean }) {
  const rtl = RTL.test(plainInline(of));
  return (
    <p class={`${text ? 'bubble-text' : 'text-words'} ${rtl ? 'text-rtl' : ''}`} dir="auto">
      <Line of={of} />
    </p>
  );
}

function List({ items }: { items: readonly ListItem[] }) {
  return (
    <ul class="text-list" role="list">
      {items.map(({ mark, level, of }, at) => (
        <li key={at} class={`text-item text-item-${level}`} dir="auto">
          <span class="text-mark">{mark}</span>
          <span class="text-said">
            <Line of={of} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Code({ language, text }: { language: string; text: string }) {
  return (
    <div class="text-code" dir="ltr">
      <div class="text-code-head">
        <span>{language || t('code')}</span>
        <IconButton
          class="text-code-copy"
          icon="copy"
          label={t('copy_code')}
          onClick={() => {
            if (copyText(text)) showNotice({ kind: 'done', text: t('copied') });
          }}
        />
      </div>
      <pre class="text-code-lines" role="group" aria-label={language || t('code')} tabIndex={0}>
        {text}
      </pre>
    </div>
  );
}

function Line({ of }: { of: readonly Inline[] }) {
  const mentions = useContext(MentionsOf);
  return <>{of.map((part, at) => (part.is !== 'text' ? <Part key={at} part={part} /> : mentions.length > 0 ? <Mentioned key={at} text={part.text} /> : part.text))}</>;
}

function Part({ part }: { part: Inline }) {
  switch (part.is) {
    case 'strong':
      return <strong><Line of={part.of} /></strong>;
    case 'em':
      return <em><Line of={part.of} /></em>;
    case 'strike':
      return <del><Line of={part.of} /></del>;
    case 'link':
      return <Link {...part} />;
    case 'code':
      return <code class="text-mono">{part.text}</code>;
    case 'text':
      return <>{part.text}</>;
  }
}

function Link(link: Extract<Inline, { is: 'link' }>) {
  // A link in a link is none.
  return (
    <MentionsOf.Provider value={[]}>
      <PlainLink {...link} />
    </MentionsOf.Provider>
  );
}

function PlainLink({ href, named, of }: Extract<Inline, { is: 'link' }>) {
  const box = session.box.value;
  // Whoever sent it may know the box by another of its addresses, at which the reader is not signed in.
  const own = ownPart(href, [location.origin, ...(box?.addresses.map(({ url }) => url) ?? [])]);
  if (own) return <a href={own}><Line of={of} /></a>;
  const place = named ? placeOf(href) : null;
  return (
    <a class="text-link" href={href} target="_blank" rel="noopener noreferrer nofollow" title={named ? href : undefined}>
      <Line of={of} />
      {place && plainInline(of) !== place && <span class="text-place"> ({place})</span>}
    </a>
  );
}
