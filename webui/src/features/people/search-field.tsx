// One line to search people by.
import { t } from '../../core/i18n';
import { Icon } from '../../ui/icon';
import './search-field.css';

interface SearchFieldProps {
  value: string;
  onInput: (value: string) => void;
  label?: string;
  /** The list of what is found, by its id, and what is chosen in it, for those who have it read to them. */
  list?: string;
  active?: string;
}

export function SearchField({ value, onInput, label = t('search_people'), list, active }: SearchFieldProps) {
  return (
    <label class="search">
      <Icon name="search" />
      <span class="hidden">{label}</span>
      <input
        type="search"
        value={value}
        placeholder={label}
        autocomplete="off"
        aria-controls={list}
        aria-activedescendant={active}
        aria-autocomplete={list ? 'list' : undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
}
