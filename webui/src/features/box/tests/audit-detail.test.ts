// Whoever looks up what was done reads it in their own language, and what is unknown as it was written.
import { afterEach, expect, test } from 'vitest';
import { auditDetail } from '../audit-detail';
import { boxEn } from '../../../core/locales/box/en';
import { boxZh } from '../../../core/locales/box/zh';
import { addWords, language } from '../../../core/i18n';

addWords({ en: boxEn, zh: boxZh });
afterEach(() => {
  language.value = 'en';
});

test('says what changed, and not what stayed', () => {
  expect(auditDetail('member active -> member suspended')).toBe('active → suspended');
  expect(auditDetail('member active -> admin active')).toBe('Member → Admin');
  expect(auditDetail('name Rose Court -> Lindenhof 7; host imbox -> lindenhof')).toBe('Name: Rose Court → Lindenhof 7 · Address: imbox → lindenhof');
  expect(auditDetail('name imbox -> Garden House')).toBe('Name: imbox → Garden House');
  expect(auditDetail('day 7 USB-0001')).toBe('Daily · The newest 7 · USB-0001');
  expect(auditDetail('never 1')).toBe('By hand · The newest');
  expect(auditDetail(`${Date.UTC(2026, 0, 1, 12)} -> ${Date.UTC(2027, 0, 1, 12)}`)).toMatch(/^Jan 1, 2026.* → Jan 1, 2027/);
  expect(auditDetail('zone Europe/Berlin')).toBe('Time zone: Europe/Berlin');
  expect(auditDetail('time servers off')).toBe('Time servers: off');
  expect(auditDetail('servers a.lan b.lan')).toBe('Time servers: a.lan b.lan');
  expect(auditDetail('servers ')).toBe('Time servers: those of the network');
  expect(auditDetail('eth0 ipv4 192.168.1.5/24 via 192.168.1.1 dns 192.168.1.1, ipv6 automatic')).toBe(
    'eth0 · IPv4: 192.168.1.5/24 via 192.168.1.1 dns 192.168.1.1 · IPv6: Automatic',
  );
  expect(auditDetail('join Office 2')).toBe('Join Office 2');
  expect(auditDetail('forget Office 2')).toBe('Forget Office 2');
  expect(auditDetail('hotspot off')).toBe('Own Wi-Fi (hotspot): off');
  expect(auditDetail('taken back')).toBe('taken back');
  expect(auditDetail('quota 1000000000, reserve 1000000')).toBe('1 GB per person, 1 MB kept free');
  expect(auditDetail('member, 3 at most, for ever')).toBe('Member · 3 at most · never ends');
  expect(auditDetail('deleted warned')).toBe('message deleted · warned');
  language.value = 'zh';
  expect(auditDetail('member active -> member suspended')).toBe('正常 → 已停用');
  expect(auditDetail('365 days')).toBe('365 天');
  for (const detail of ['day 7', 'time servers on', 'servers ', 'hotspot off', 'made', 'taken back', 'forget 2.4', 'eth0 ipv4 automatic, ipv6 off'])
    expect(auditDetail(detail).replace(/eth0|IPv[46]|Wi-Fi/g, '')).not.toMatch(/[a-z]/i);
});

test('shows as it is what it does not know', () => {
  for (const detail of ['DE', '', 'member grew -> wings', 'USB-0001']) expect(auditDetail(detail)).toBe(detail);
});
