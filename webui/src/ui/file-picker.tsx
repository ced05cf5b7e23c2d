// The browser's own way to choose files, out of sight: whatever opens it looks like everything else here.
import type { RefObject } from 'preact';

interface FilePickerProps {
  /** What opens it calls `click()`. */
  picker: RefObject<HTMLInputElement | null>;
  onFiles: (files: [File, ...File[]]) => void;
  /** Endings and media types, as HTML's `accept` takes them. */
  accept?: string;
  /** How many may be chosen at once. */
  take?: 'one' | 'many';
  /** A phone opens its camera or recorder instead. */
  capture?: 'environment' | 'user';
}

export function FilePicker({ picker, onFiles, accept, take = 'one', capture }: FilePickerProps) {
  return (
    <input
      ref={picker}
      type="file"
      class="hidden"
      tabIndex={-1}
      aria-hidden="true"
      accept={accept}
      multiple={take === 'many'}
      capture={capture}
      onChange={({ currentTarget }) => {
        const [first, ...others] = currentTarget.files ?? [];
        // So that the same file can be chosen once more.
        currentTarget.value = '';
        if (first) onFiles([first, ...others]);
      }}
    />
  );
}
