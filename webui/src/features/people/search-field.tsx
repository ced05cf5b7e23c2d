// One line to search people by.
import { t } from '../../core/i18n';
import { Icon } from '../../ui/icon';
import './search-field.css';

export function SearchField({ value, onInput, label = t('search_people') }: { value: string; onInput: (value: string) => void; label?: string }) {
  return (
    <label class="search">
      <Icon name="search" />
      <span class="hidden">{label}</span>
      <input
        type="search"
        value={value}
        placeholder={label}
        autocomplete="off"
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
}
