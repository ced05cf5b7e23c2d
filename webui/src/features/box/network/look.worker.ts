// Asks the places where the box may be soon whether it is there, again and again. A worker, because the page's own policy
// was made before anybody knew of them; a worker's is made when it is loaded.

const AGAIN_MS = 1_000;
const PATIENCE_MS = 4_000;

/** Origins that this worker's policy does not let it ask. */
const barred = new Set<string>();
addEventListener('securitypolicyviolation', ({ blockedURI }) => barred.add(originOf(blockedURI)));

addEventListener('message', ({ data }: MessageEvent<string[]>) => void look(data));

/** Says after each look which of them answered first, -1 for none; `null` when none may be asked. */
async function look(urls: string[]): Promise<void> {
  for (;;) {
    const open = urls.filter((url) => !barred.has(originOf(url)));
    if (open.length === 0) return postMessage(null);
    const answer = await first(open);
    postMessage(answer === null ? -1 : urls.indexOf(answer));
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** The first of them that answers; `null` when none does. */
function first(urls: string[]): Promise<string | null> {
  return new Promise((resolve) => {
    let left = urls.length;
    for (const url of urls)
      void answers(url).then((here) => {
        if (here) resolve(url);
        else if (--left === 0) resolve(null);
      });
  });
}

async function answers(url: string): Promise<boolean> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    return (await fetch(url, { mode: 'cors', credentials: 'omit', cache: 'no-store', signal: stop.signal })).status === 204;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return url;
  }
}
