// Fields with their label always visible, help below, and the error where the eye already is.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import './field.css';

interface TextFieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  help?: ComponentChildren;
  error?: string | null;
  type?: 'text' | 'password' | 'date' | 'time';
  autocomplete?: string;
  autofocus?: boolean;
  maxLength?: number;
  /** For codes: capital letters without help from the keyboard. */
  code?: boolean;
  placeholder?: string;
  required?: boolean;
}

export function TextField(props: TextFieldProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (props.autofocus) input.current?.focus();
  }, []);
  // The element's types want one kind at a time; both kinds take the same attributes.
  const kind = { type: props.type ?? 'text' } as { type: 'text' };
  const described = [props.help ? `${id}-help` : '', props.error ? `${id}-error` : ''].join(' ').trim();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <input
        ref={input}
        id={id}
        class={props.code ? 'field-input field-code' : 'field-input'}
        {...kind}
        value={props.value}
        maxLength={props.maxLength}
        autocomplete={props.autocomplete ?? 'off'}
        autocapitalize={props.code ? 'characters' : undefined}
        spellcheck={false}
        placeholder={props.placeholder}
        required={props.required}
        aria-invalid={props.error ? true : undefined}
        aria-describedby={described || undefined}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
      {props.help && (
        <p class="field-help" id={`${id}-help`}>
          {props.help}
        </p>
      )}
      {props.error && (
        <p class="field-error" id={`${id}-error`} role="alert">
          {props.error}
        </p>
      )}
    </div>
  );
}

interface TextAreaProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  error?: string | null;
  maxLength: number;
}

/** Several lines. */
export function TextArea({ label, value, onInput, error, maxLength }: TextAreaProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        class="field-input field-lines"
        rows={3}
        dir="auto"
        value={value}
        maxLength={maxLength}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {error && (
        <p class="field-error" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string; lang?: string }[];
  onChange: (value: T) => void;
  disabled?: boolean;
  help?: string;
}

/** One of a few: segments side by side. */
export function Choice<T extends string>({ label, value, options, onChange, disabled, help }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset class="choice" disabled={disabled}>
      <legend>{label}</legend>
      <div class="choice-options">
        {options.map((option) => (
          <label key={option.value} class="choice-option" lang={option.lang}>
            <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
      {help && <p class="field-help">{help}</p>}
    </fieldset>
  );
}
