// What an act of administration changed, in the reader's language. The box notes it in a few fixed forms; what has another form
// (a name, an address, something of a newer version) is shown as it is.
import { isKnown, languageTag, t, type Key } from '../../core/i18n';
import { formatBytes } from '../../core/sizes';
import { fullTime } from '../../core/when';

type Form = readonly [RegExp, (...parts: string[]) => string];

const FORMS: readonly Form[] = [
  // person.change: role and status before and after; what stayed is not worth a word.
  [
    /^(guest|member|admin|owner) (\w+) -> (guest|member|admin|owner) (\w+)$/,
    (role = '', status = '', newRole = '', newStatus = '') =>
      [role !== newRole && change(word(`role_${role}`), word(`role_${newRole}`)), status !== newStatus && change(word(`status_${status}`), word(`status_${newStatus}`))]
        .filter(Boolean)
        .join(' · '),
  ],
  [/^name (.*) -> (.*)$/, (from = '', to = '') => `${t('name')}: ${change(from, to)}`],
  [/^host (\S+) -> (\S+)$/, (from = '', to = '') => `${t('audit_detail_host')}: ${change(from, to)}`],
  [/^join (\w+) -> (\w+)$/, (from = '', to = '') => `${t('door_label')}: ${change(word(`door_${from}`), word(`door_${to}`))}`],
  [/^edit_minutes (\d+) -> (\d+)$/, (from = '', to = '') => `${t('audit_detail_edit')}: ${change(number(from), number(to))}`],
  [/^password_min_length (\d+) -> (\d+)$/, (from = '', to = '') => `${t('audit_detail_password')}: ${change(number(from), number(to))}`],
  [/^quota (\d+), reserve (\d+)$/, (quota = '', reserve = '') => t('audit_detail_limits', { quota: formatBytes(Number(quota)), reserve: formatBytes(Number(reserve)) })],
  [/^quota (\d+)$/, (quota = '') => formatBytes(Number(quota))],
  [/^(\d+) bytes$/, (bytes = '') => formatBytes(Number(bytes))],
  [/^as everybody$/, () => t('audit_detail_as_everybody')],
  [/^no rule$/, () => t('kept_ever')],
  [/^(\d+) days$/, (days = '') => t('keep_days', { n: Number(days) })],
  [/^older than (\d+) days$/, (days = '') => t('audit_detail_older', { n: Number(days) })],
  [/^(\d+) lines$/, (lines = '') => t('audit_detail_lines', { n: Number(lines) })],
  [/^as (\S+)$/, (handle = '') => `@${handle}`],
  [/^to (\S+)$/, (handle = '') => `→ @${handle}`],
  [/^made by \d+$/, () => ''],
  [/^devices all$/, () => t('audit_detail_all_devices')],
  [/^devices \d+$/, () => t('audit_detail_one_device')],
  [/^messages (kept|deleted)$/, (what = '') => t(what === 'kept' ? 'audit_detail_messages_kept' : 'audit_detail_messages_deleted')],
  [/^(member|guest), (?:(\d+) at most|any number), for (ever|a time)$/, (role = '', most = '', life = '') =>
    [word(`role_${role}`), most ? t('audit_detail_at_most', { n: Number(most) }) : t('uses_any'), t(life === 'ever' ? 'never_ends' : 'audit_detail_for_a_time')].join(' · ')],
  [/^(\d+) members, (\d+) events, (\d+) files$/, (members = '', events = '', files = '') =>
    [t('members_count', { n: Number(members) }), t('rooms_events', { n: Number(events) }), t('files_count', { n: Number(files) })].join(' · ')],
  [/^(\d+) messages, (\d+) files, (\d+) bytes$/, (messages = '', files = '', bytes = '') =>
    [t('storage_messages', { n: Number(messages) }), t('files_count', { n: Number(files) }), formatBytes(Number(bytes))].join(' · ')],
  [/^locked$/, () => t('backup_locked')],
  [/^(never|day|week) (\d+)(?: (\S+))?$/, (every = '', keep = '', disk = '') =>
    [word(`backup_${every}`), t('backup_keep_n', { n: Number(keep) }), disk].filter(Boolean).join(' · ')],
  // clock.set: the box's clock before and after.
  [/^(\d{12,}) -> (\d{12,})$/, (from = '', to = '') => change(fullTime(Number(from)), fullTime(Number(to)))],
  [/^zone (\S+)$/, (zone = '') => `${t('clock_zone')}: ${zone}`],
  [/^time servers (on|off)$/, (on = '') => `${t('clock_servers')}: ${word(`audit_detail_${on}`)}`],
  [/^servers ?(.*)$/, (servers = '') => `${t('clock_servers')}: ${servers || t('audit_detail_of_network')}`],
  [/^(\S+) ipv4 (.+), ipv6 (.+)$/, (card = '', four = '', six = '') => `${card} · IPv4: ${addresses(four)} · IPv6: ${addresses(six)}`],
  [/^join (.+)$/, (name = '') => t('wifi_join_named', { name })],
  [/^forget (.+)$/, (name = '') => t('audit_detail_forget', { name })],
  [/^hotspot off$/, () => `${t('hotspot_title')}: ${t('audit_detail_off')}`],
  [/^hotspot (.+)$/, (name = '') => `${t('hotspot_title')}: ${name}`],
  [/^made$/, () => t('audit_detail_token_made')],
  [/^taken back$/, () => t('audit_detail_token_taken_back')],
  [/^nothing$/, () => t('audit_detail_nothing')],
  [/^((?:deleted|warned|suspended)(?: (?:deleted|warned|suspended))*)$/, (did = '') => did.split(' ').map((one) => word(`audit_did_${one}`)).join(' · ')],
];

export function auditDetail(detail: string): string {
  // Several settings that were changed at once.
  return detail
    .split('; ')
    .map((part) => {
      for (const [form, say] of FORMS) {
        const match = form.exec(part);
        if (match) return say(...match.slice(1));
      }
      return part;
    })
    .filter(Boolean)
    .join(' · ');
}

function change(from: string, to: string): string {
  return `${from} → ${to}`;
}

/** What the box's word is called here; itself, where nobody has a word for it. */
function word(key: string): string {
  return isKnown(key as Key) ? t(key as Key) : key.slice(key.lastIndexOf('_') + 1);
}

/** How a network card gets its addresses of one family. */
function addresses(of: string): string {
  const [how = ''] = of.split(' ');
  return isKnown(`address_${how}` as Key) ? [word(`address_${how}`), of.slice(how.length).trim()].filter(Boolean).join(' ') : of;
}

function number(digits: string): string {
  return Number(digits).toLocaleString(languageTag.value);
}
