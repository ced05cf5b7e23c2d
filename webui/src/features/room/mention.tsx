// Who is mentioned in a text: their present name, which leads to them.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { mentionName } from '../../app/mentions';
import { sync } from '../../app/wiring';
import { splitMentions } from '../../core/mentions';
import { formatRoute } from '../../core/router';
import type { Mention } from '../../core/wire';
import './mention.css';

/** Whom the text mentions that is being shown. */
export const MentionsOf = createContext<readonly Mention[]>([]);

/** A piece of a text. */
export function Mentioned({ text }: { text: string }) {
  const mentions = useContext(MentionsOf);
  if (mentions.length === 0) return <>{text}</>;
  return <>{splitMentions(text, mentions).map((piece, at) => (piece.mention ? <Name key={at} mention={piece.mention} /> : piece.text))}</>;
}

function Name({ mention }: { mention: Mention }) {
  const me = sync.me.value?.user.id;
  const mine = mention.user == null || mention.user === me;
  const look = mine ? 'mention mention-mine' : 'mention';
  if (mention.user == null) return <span class={look}>{mentionName(mention)}</span>;
  const to = mention.user === me ? formatRoute({ at: 'me', page: 'profile' }) : formatRoute({ at: 'person', user: mention.user });
  return (
    <a class={look} href={to}>
      {mentionName(mention)}
    </a>
  );
}
