// One of a few where each needs a sentence: what choosing it means.
import { useId } from 'preact/hooks';
import './options.css';

interface OptionsProps<T extends string> {
  label: string;
  value: T | null;
  options: readonly { value: T; label: string; help?: string }[];
  onChange: (value: T) => void;
  disabled?: boolean;
}

export function Options<T extends string>({ label, value, options, onChange, disabled }: OptionsProps<T>) {
  const name = useId();
  return (
    <fieldset class="options" disabled={disabled}>
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option.value} class="option">
          <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
          <span class="option-text">
            <strong>{option.label}</strong>
            {option.help && <span>{option.help}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
