// Times in the viewer's own zone. Without this they stay as they are sent, in UTC, and say so.
for (const time of document.querySelectorAll('time')) {
  time.textContent = new Date(time.dateTime).toLocaleString(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });
}
