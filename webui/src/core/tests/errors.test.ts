// Whoever meets an error must read a sentence, whatever answered.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { errorFromAnswer } from '../errors';
import { boxEn } from '../locales/box/en';
import { en } from '../locales/en';

const contract = JSON.parse(readFileSync(new URL('../../../../imd/openapi.json', import.meta.url), 'utf8')) as {
  components: { schemas: { ErrorCode: { enum?: string[]; oneOf?: { const?: string; enum?: string[] }[] } } };
};

describe('errors', () => {
  test('every code of the contract has a sentence', () => {
    const { ErrorCode } = contract.components.schemas;
    const codes = ErrorCode.enum ?? ErrorCode.oneOf!.flatMap((one) => one.const ?? one.enum ?? []);
    expect(codes.length).toBeGreaterThan(30);
    const said = { ...en, ...boxEn };
    expect(codes.filter((code) => !(`error_${code}` in said))).toEqual([]);
  });

  test('an answer that is not the box’s own is told apart from one that is', () => {
    expect(errorFromAnswer(502, null).code).toBe('bad_answer');
    expect(errorFromAnswer(404, { error: { code: 'not_found', message: '' } }).code).toBe('not_found');
    expect(errorFromAnswer(429, { error: { code: 'rate_limited', message: '', retry_after_s: 7 } }).retryAfterS).toBe(7);
  });

  test('only what passes by itself is tried again by itself', () => {
    expect(errorFromAnswer(503, { error: { code: 'busy', message: '' } }).passes).toBe(true);
    expect(errorFromAnswer(502, null).passes).toBe(true);
    expect(errorFromAnswer(403, { error: { code: 'forbidden', message: '' } }).passes).toBe(false);
  });
});
