// A missing sentence is a blank button for somebody; an unused one is translated for nothing.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { addWords, isKnown, LANGUAGES, language, pickLanguage, t } from '../i18n';
import { boxEn } from '../locales/box/en';
import { boxZh } from '../locales/box/zh';
import { en, type Entry } from '../locales/en';
import { zh } from '../locales/zh';

const SOURCE = new URL('../..', import.meta.url).pathname;
const sources = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/locales|\.test\.ts$|wire\.gen/.test(name))
  .map((name) => ({ name, text: readFileSync(join(SOURCE, name), 'utf8') }));

/** What is loaded at first, and what comes with the admins' pages. */
const books: [string, Record<string, Entry>, Record<string, Entry>][] = [
  ['everybody', en, zh],
  ['admins', boxEn, boxZh],
];
const all = { ...en, ...boxEn };

beforeEach(() => {
  language.value = 'en';
});

const params = (entry: Entry) => {
  const texts = typeof entry === 'string' ? [entry] : Object.values(entry);
  return [...new Set(texts.flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1])))].sort();
};

describe.each(books)('the catalogue for %s', (_, first, second) => {
  test('says the same things in every language', () => {
    expect(Object.keys(second).sort()).toEqual(Object.keys(first).sort());
  });

  test('fills in the same things in every language', () => {
    for (const key of Object.keys(first)) expect([key, params(second[key]!)]).toEqual([key, params(first[key]!)]);
  });

  test('leaves nothing empty', () => {
    for (const catalogue of [first, second])
      for (const [key, entry] of Object.entries(catalogue))
        for (const text of typeof entry === 'string' ? [entry] : Object.values(entry)) expect([key, text.trim()]).not.toEqual([key, '']);
  });

  test('holds nothing that no screen says', () => {
    const text = sources.map((source) => source.text).join('\n');
    const prefixes = [...text.matchAll(/`([a-z0-9_]+_)\$\{/g)].map((match) => match[1]!);
    const unused = Object.keys(first).filter((key) => !text.includes(`'${key}'`) && !prefixes.some((prefix) => key.startsWith(prefix)));
    expect(unused).toEqual([]);
  });
});

describe('the words of the admins’ pages', () => {
  test('are said only where they are loaded', () => {
    const early = sources.filter(({ name }) => !/^features\/(box|setup)\//.test(name));
    const said = early.flatMap(({ name, text }) => [...text.matchAll(/'([a-z0-9_]+)'/g)].filter((match) => match[1]! in boxEn).map((match) => `${name}: ${match[1]!}`));
    expect(said).toEqual([]);
  });

  test('are there once they are loaded', () => {
    expect(isKnown('box_home')).toBe(false);
    expect(t('box_home')).toBe('');
    addWords({ en: boxEn, zh: boxZh });
    expect(t('box_home')).toBe('At a glance');
  });
});

describe('the code', () => {
  test('asks only for sentences that there are', () => {
    const missing = sources.flatMap(({ name, text }) =>
      [...text.matchAll(/\bt\(\s*'([^']+)'/g)].map((match) => match[1]!).filter((key) => !(key in all)).map((key) => `${name}: ${key}`),
    );
    expect(missing).toEqual([]);
  });

  test('says nothing to people by itself', () => {
    const words = />\s*[A-Z][a-z]+( [a-z]+)*\s*<\/|(?:aria-label|title|placeholder|alt)="[^"{]*[A-Za-z]{2,}/;
    const han = /[\u4e00-\u9fff]/;
    const found = sources
      .filter(({ name }) => name.endsWith('.tsx'))
      .flatMap(({ name, text }) => text.split('\n').map((line) => ({ name, line })))
      .filter(({ line }) => !line.trim().startsWith('//') && (words.test(line) || han.test(line)));
    expect(found).toEqual([]);
  });
});

describe('a sentence', () => {
  test('counts as the language counts', () => {
    expect(t('requests_count', { n: 1 })).toBe('1 person is waiting');
    expect(t('requests_count', { n: 2 })).toBe('2 people are waiting');
    language.value = 'zh';
    expect(t('requests_count', { n: 1 })).toBe('1 人等待加入');
  });

  test('sets a space in Chinese beside Latin letters and digits alone', () => {
    language.value = 'zh';
    expect(t('notice_joined', { whom: '你' })).toBe('你进来了');
    expect(t('notice_joined', { whom: 'Ada' })).toBe('Ada 进来了');
    expect(t('notice_added', { who: '王芳', whom: 'Bo' })).toBe('王芳添加了 Bo');
    language.value = 'en';
    expect(t('notice_joined', { whom: '王芳' })).toBe('王芳 joined');
  });

  test('shows a person’s text as it is, even with braces or dollar signs', () => {
    expect(t('preview_mine', { text: '{n} costs $1' })).toBe('You: {n} costs $1');
  });

  test('comes in the first language that the browser wants and the box speaks', () => {
    expect(pickLanguage(['fr-CA', 'zh-Hant-TW', 'en'])).toBe('zh');
    expect(pickLanguage(['de'])).toBe('en');
    expect(LANGUAGES.map((one) => one.id).sort()).toEqual(['en', 'zh']);
  });
});
