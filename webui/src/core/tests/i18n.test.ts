// A missing sentence is a blank button for somebody; an unused one is translated for nothing.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { LANGUAGES, language, pickLanguage, t, type Key } from '../i18n';
import { en, type Entry } from '../locales/en';
import { zh } from '../locales/zh';

const SOURCE = new URL('../..', import.meta.url).pathname;
const sources = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/locales|\.test\.ts$|wire\.gen/.test(name))
  .map((name) => ({ name, text: readFileSync(join(SOURCE, name), 'utf8') }));

beforeEach(() => {
  language.value = 'en';
});

const params = (entry: Entry) => {
  const texts = typeof entry === 'string' ? [entry] : Object.values(entry);
  return [...new Set(texts.flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1])))].sort();
};

describe('the catalogues', () => {
  test('say the same things in every language', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
  });

  test('fill in the same things in every language', () => {
    for (const key of Object.keys(en) as Key[]) expect([key, params(zh[key])]).toEqual([key, params(en[key])]);
  });

  test('leave nothing empty', () => {
    for (const catalogue of [en, zh])
      for (const [key, entry] of Object.entries<Entry>(catalogue))
        for (const text of typeof entry === 'string' ? [entry] : Object.values(entry)) expect([key, text.trim()]).not.toEqual([key, '']);
  });

  test('hold nothing that no screen says', () => {
    const all = sources.map((source) => source.text).join('\n');
    const prefixes = [...all.matchAll(/t\(`([a-z_]+_)\$\{/g)].map((match) => match[1]!);
    const unused = Object.keys(en).filter((key) => !all.includes(`'${key}'`) && !prefixes.some((prefix) => key.startsWith(prefix)));
    expect(unused).toEqual([]);
  });
});

describe('the code', () => {
  test('asks only for sentences that there are', () => {
    const missing = sources.flatMap(({ name, text }) =>
      [...text.matchAll(/\bt\(\s*'([^']+)'/g)].map((match) => match[1]!).filter((key) => !(key in en)).map((key) => `${name}: ${key}`),
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
    expect(t('requests_count', { n: 1 })).toBe('1 person waits');
    expect(t('requests_count', { n: 2 })).toBe('2 people wait');
    language.value = 'zh';
    expect(t('requests_count', { n: 1 })).toBe('1 人在等');
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
