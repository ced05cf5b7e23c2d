// A film over a bad line must arrive whole, once, and without starting over at every break.
import { describe, expect, test } from 'vitest';
import { createUpload } from '../upload';

const SIZE = 3 << 20;
const film = () => new Blob([new Uint8Array(SIZE)]);

/** A box that takes uploads in parts. `breaks`: after so many bytes of a part the line breaks, once for each. */
function box({ breaks = [] as number[], has = null as number | null } = {}) {
  const asked: string[] = [];
  const state = { offset: has ?? 0, id: has === null ? null : 9 };
  const place = () => JSON.stringify({ id: state.id, offset: state.offset, ...(state.offset === SIZE && { file: { id: 31 } }) });
  class Request {
    upload: { onprogress: ((event: { loaded: number }) => void) | null } = { onprogress: null };
    onload = () => {};
    onerror = () => {};
    onabort = () => {};
    status = 0;
    responseText = '';
    private method = '';
    private url = '';
    private headers: Record<string, string> = {};
    open(method: string, url: string) {
      this.method = method;
      this.url = url;
    }
    setRequestHeader(name: string, value: string) {
      this.headers[name] = value;
    }
    abort() {
      this.onabort();
    }
    send(body: Blob | null) {
      asked.push(`${this.method} ${this.url.replace('/api/v1', '')}`);
      queueMicrotask(() => this.answer(body));
    }
    private answer(body: Blob | null) {
      if (this.url.includes('/files?')) return this.say(201, '{"id":30}');
      if (this.method === 'POST') {
        state.id = 9;
        return this.say(201, place());
      }
      if (state.id === null) return this.say(404, '{"error":{"code":"not_found","message":""}}');
      if (this.method === 'GET') return this.say(200, place());
      if (Number(this.headers['Upload-Offset']) !== state.offset) return this.say(409, '{"error":{"code":"conflict","message":""}}');
      const broken = breaks.shift();
      state.offset += broken ?? body!.size;
      this.upload.onprogress?.({ loaded: broken ?? body!.size });
      if (broken !== undefined) return this.onerror();
      return this.say(204, '');
    }
    private say(status: number, text: string) {
      this.status = status;
      this.responseText = text;
      this.onload();
    }
  }
  const upload = createUpload(() => new Request() as unknown as XMLHttpRequest);
  return { asked, upload, state };
}

const wanted = (blob: Blob, upload: string | null = null) => {
  const progress: number[] = [];
  const began: string[] = [];
  return { room: 5, name: 'film', blob, upload, progress: (bytes: number) => void progress.push(bytes), began: (id: string) => void began.push(id), seen: { progress, began } };
};

describe('a large file', () => {
  test('goes in parts, and the box’s name for it is told before the first', async () => {
    const { upload, asked } = box();
    const want = wanted(film());
    expect(await upload(want).done).toEqual({ id: 31 });
    expect(asked).toEqual(['POST /uploads?room=5&name=film', 'PATCH /uploads/9', 'GET /uploads/9']);
    expect([want.seen.began, want.seen.progress.at(-1)]).toEqual([['9'], SIZE]);
  });

  test('goes on after a break from where the box has it', async () => {
    const { upload, asked, state } = box({ breaks: [1 << 20] });
    await expect(upload(wanted(film())).done).rejects.toMatchObject({ code: 'unreachable' });
    expect(state.offset).toBe(1 << 20);
    const again = wanted(film(), '9');
    expect(await upload(again).done).toEqual({ id: 31 });
    expect(again.seen.progress[0]).toBe(1 << 20);
    expect(asked.filter((one) => one.startsWith('POST')).length).toBe(1);
  });

  test('that the box has whole already is not sent again', async () => {
    const { upload, asked } = box({ has: SIZE });
    expect(await upload(wanted(film(), '9')).done).toEqual({ id: 31 });
    expect(asked).toEqual(['GET /uploads/9']);
  });

  test('that the box has forgotten begins anew', async () => {
    const { upload } = box();
    const want = wanted(film(), '9');
    expect(await upload(want).done).toEqual({ id: 31 });
    expect(want.seen.began).toEqual(['9']);
  });

  test('that was stopped asks nothing more', async () => {
    const { upload, asked } = box();
    const job = upload({ ...wanted(film()), began: () => job.cancel() });
    await expect(job.done).rejects.toMatchObject({ code: 'cancelled' });
    expect(asked.length).toBe(1);
  });
});

test('a small file goes in one piece', async () => {
  const { upload, asked } = box();
  expect(await upload(wanted(new Blob(['x']))).done).toEqual({ id: 30 });
  expect(asked).toEqual(['POST /rooms/5/files?name=film']);
});
