// Tests switch languages at once: the words of both are there before them.
import { speak } from '../i18n';

await speak('zh');
await speak('en');
