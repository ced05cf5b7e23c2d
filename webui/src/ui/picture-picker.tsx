// Picks a picture for a face. Made small here already, so that an old phone doesn't send eight megabytes for a circle.
import { useRef } from 'preact/hooks';
import { t } from '../core/i18n';
import { Button } from './button';
import { FilePicker } from './file-picker';
import { useAction } from './load';

/** Pixels a side; sharp on every screen at the largest size shown. */
const SIDE = 512;

interface Props {
  onPicture: (image: Blob) => Promise<unknown>;
  onError: (thrown: unknown) => void;
}

export function PicturePicker({ onPicture, onError }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const action = useAction();
  return (
    <>
      <Button icon="camera" busy={action.busy} onClick={() => input.current?.click()}>
        {t('change_picture')}
      </Button>
      <FilePicker picker={input} accept="image/*" onFiles={([file]) => action.run(async () => onPicture(await square(file)).catch(onError))} />
    </>
  );
}

/** The middle of the picture; the picture itself where this browser can't read it: the box may. */
async function square(file: File): Promise<Blob> {
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const side = Math.min(image.naturalWidth, image.naturalHeight);
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = Math.min(SIDE, side);
    const left = (image.naturalWidth - side) / 2;
    const top = (image.naturalHeight - side) / 2;
    canvas.getContext('2d')?.drawImage(image, left, top, side, side, 0, 0, canvas.width, canvas.height);
    return await new Promise<Blob>((resolve) => canvas.toBlob((made) => resolve(made ?? file), 'image/jpeg', 0.88));
  } catch {
    return file;
  } finally {
    URL.revokeObjectURL(url);
  }
}
