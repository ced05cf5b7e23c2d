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
  expect(auditDetail('quota 1000000000, reserve 1000000')).toBe('1 GB per person, 1 MB kept free');
  expect(auditDetail('member, 3 at most, for ever')).toBe('Member · 3 at most · never ends');
  expect(auditDetail('deleted warned')).toBe('message deleted · warned');
  language.value = 'zh';
  expect(auditDetail('member active -> member suspended')).toBe('正常 → 已停用');
  expect(auditDetail('365 days')).toBe('365 天');
});

test('shows as it is what it does not know', () => {
  for (const detail of ['join Office', 'servers ntp.lan', '', 'member grew -> wings']) expect(auditDetail(detail)).toBe(detail);
});
