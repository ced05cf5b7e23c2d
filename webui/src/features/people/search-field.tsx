// One line to search people by.
import { t } from '../../core/i18n';
import { Icon } from '../../ui/icon';
import './search-field.css';

export function SearchField({ value, onInput }: { value: string; onInput: (value: string) => void }) {
  return (
    <label class="search">
      <Icon name="search" />
      <span class="hidden">{t('search_people')}</span>
      <input
        type="search"
        value={value}
        placeholder={t('search_people')}
        autocomplete="off"
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </label>
  );
}
