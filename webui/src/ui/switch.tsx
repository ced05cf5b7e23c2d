// On or off, at once.
import { useId } from 'preact/hooks';
import './switch.css';

interface SwitchProps {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
  help?: string;
  disabled?: boolean;
}

export function Switch({ label, on, onChange, help, disabled }: SwitchProps) {
  const id = useId();
  return (
    <label class="switch">
      <span class="switch-text">
        <span>{label}</span>
        {help && (
          <span class="field-help" id={id}>
            {help}
          </span>
        )}
      </span>
      <input
        type="checkbox"
        role="switch"
        checked={on}
        disabled={disabled}
        aria-describedby={help ? id : undefined}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <span class="switch-track" aria-hidden="true" />
    </label>
  );
}
