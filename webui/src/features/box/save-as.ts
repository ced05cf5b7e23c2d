// A file that only a fresh password gives away, saved by the browser.
import { admin } from './admin';

export async function saveAs(url: string, name: string): Promise<void> {
  // A download can't ask for the password; this can.
  await admin.enterPassword();
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
}
