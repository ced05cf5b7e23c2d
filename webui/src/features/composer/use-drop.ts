// Files dropped anywhere on the room are taken by its composer.
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** Answers whether something is held over the room now. `inside` is any element of the room. */
export function useDrop(inside: { current: HTMLElement | null }, onFiles: (files: File[]) => void): boolean {
  const over = useSignal(false);
  useEffect(() => {
    const room = inside.current?.closest<HTMLElement>('.room');
    if (!room) return undefined;
    const hold = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      over.value = true;
    };
    const leave = (event: DragEvent) => {
      if (!room.contains(event.relatedTarget as Node | null)) over.value = false;
    };
    const drop = (event: DragEvent) => {
      over.value = false;
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      onFiles(files);
    };
    room.addEventListener('dragover', hold);
    room.addEventListener('dragleave', leave);
    room.addEventListener('drop', drop);
    return () => {
      room.removeEventListener('dragover', hold);
      room.removeEventListener('dragleave', leave);
      room.removeEventListener('drop', drop);
    };
  }, []);
  return over.value;
}
