// Asks the address that the box is about to have whether it is there, again and again. A worker, because the page's own policy
// was made before anybody knew of that address; a worker's is made when it is loaded.

const AGAIN_MS = 1_000;
const PATIENCE_MS = 4_000;

let barred = false;
addEventListener('securitypolicyviolation', () => {
  barred = true;
  postMessage('barred');
});

addEventListener('message', ({ data }: MessageEvent<string>) => void look(data));

async function look(url: string): Promise<void> {
  while (!barred) {
    if (await answers(url)) return postMessage('here');
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
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
