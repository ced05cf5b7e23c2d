// The beginning of a text file, and the encodings it may be in: most texts do not say in which they were written.
import { urls } from './api';
import { ApiError, errorFromAnswer } from './errors';

/** So much of a text is shown, bytes; more is for a program of its own. */
export const SHOWN_BYTES = 256 * 1024;

/** What people's texts are in, by their names in the WHATWG Encoding Standard; named as those who write so call them. */
export const ENCODINGS: readonly (readonly [string, string])[] = [
  ['utf-8', 'UTF-8'],
  ['gb18030', '简体中文 (GBK, GB18030)'],
  ['big5', '繁體中文 (Big5)'],
  ['shift_jis', '日本語 (Shift JIS)'],
  ['euc-jp', '日本語 (EUC-JP)'],
  ['euc-kr', '한국어 (EUC-KR)'],
  ['windows-1251', 'Кириллица (Windows-1251)'],
  ['koi8-r', 'Кириллица (KOI8-R)'],
  ['windows-1250', 'Polski, Česky, Magyar (Windows-1250)'],
  ['windows-1252', 'English, Deutsch, Français (Windows-1252)'],
  ['windows-1253', 'Ελληνικά (Windows-1253)'],
  ['windows-1254', 'Türkçe (Windows-1254)'],
  ['windows-1255', 'עברית (Windows-1255)'],
  ['windows-1256', 'العربية (Windows-1256)'],
  ['utf-16le', 'UTF-16'],
];

export interface TextFile {
  bytes: Uint8Array<ArrayBuffer>;
  /** What the box takes it for. */
  encoding: string;
  /** Not all of it: it is longer than what is shown. */
  cut: boolean;
}

export function isText(mediaType: string): boolean {
  return mediaType.startsWith('text/') || mediaType === 'application/json';
}

/** Throws an `ApiError`. */
export async function loadText(file: number): Promise<TextFile> {
  let answer: Response;
  try {
    answer = await fetch(urls.file(file), { credentials: 'same-origin', headers: { Range: `bytes=0-${SHOWN_BYTES - 1}` } });
  } catch {
    throw new ApiError('unreachable', 0);
  }
  // A file without bytes has no first one.
  if (answer.status === 416) return { bytes: new Uint8Array(), encoding: 'utf-8', cut: false };
  if (!answer.ok) throw errorFromAnswer(answer.status, await answer.json().catch(() => null));
  const bytes = new Uint8Array(await answer.arrayBuffer()).subarray(0, SHOWN_BYTES);
  const total = Number(/\/(\d+)$/.exec(answer.headers.get('content-range') ?? '')?.[1] ?? bytes.length);
  const said = /charset=([\w-]+)/.exec(answer.headers.get('content-type') ?? '')?.[1] ?? 'utf-8';
  // GBK's decoder is that of GB18030, which has its characters and more.
  return { bytes, encoding: said === 'gbk' ? 'gb18030' : said, cut: total > bytes.length };
}

/** In `encoding`; a character that the end cuts is left out. */
export function decodeText({ bytes, cut }: TextFile, encoding: string): string {
  return new TextDecoder(encoding).decode(bytes, { stream: cut });
}
