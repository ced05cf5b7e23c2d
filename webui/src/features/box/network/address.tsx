// How one interface gets its addresses: from the network, or always the same.
import { useSignal } from '@preact/signals';
import type { IpSettings, NetworkInterface } from '../../../core/admin-wire';
import { ApiError } from '../../../core/errors';
import { t } from '../../../core/i18n';
import { Button } from '../../../ui/button';
import { Callout } from '../../../ui/callout';
import { Choice, TextField } from '../../../ui/field';
import { useAction, useLoad } from '../../../ui/load';
import { Select } from '../../../ui/select';
import { Empty } from '../../../ui/states';
import { admin } from '../admin';
import { BoxPageFrame, Refusal, Shown } from '../box-page';
import { change } from './change';
import { nameOf } from './network';

const V4 = /^((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){4}$/;
const V6 = /^[0-9a-f:.]{2,45}$/i;
const PREFIXES = Array.from({ length: 23 }, (_, index) => index + 8);

type Family = 'ipv4' | 'ipv6';
type Method = 'automatic' | 'fixed' | 'off';
interface Draft {
  method: Method;
  address: string;
  prefix: string;
  gateway: string;
  dns: string;
}

export function Address({ index }: { index: number }) {
  const network = useLoad(() => admin.network(), []);
  return (
    <BoxPageFrame title={t('address_title')} from="network">
      <Shown of={network}>
        {(now) => {
          const one = now.interfaces[index];
          return one ? <Form of={one} /> : <Empty icon="search" title={t('error_no_such_interface')} />;
        }}
      </Shown>
    </BoxPageFrame>
  );
}

function Form({ of }: { of: NetworkInterface }) {
  const ipv4 = useSignal(draftOf('ipv4', of));
  const ipv6 = useSignal(draftOf('ipv6', of));
  const field = useSignal<string | null>(null);
  const action = useAction();
  const ready = isWhole('ipv4', ipv4.value) && isWhole('ipv6', ipv6.value);
  const bothOff = ipv4.value.method === 'off' && ipv6.value.method === 'off';
  const save = (event: Event) => {
    event.preventDefault();
    action.run(async () => {
      field.value = null;
      try {
        await change({ change: 'addresses', interface: of.name, ipv4: settingsOf(ipv4.peek()), ipv6: settingsOf(ipv6.peek()) });
      } catch (thrown) {
        if (thrown instanceof ApiError) field.value = thrown.field ?? null;
        throw thrown;
      }
    });
  };
  return (
    <form class="box-form" onSubmit={save}>
      <h2>{nameOf(of)}</h2>
      <FamilyPart family="ipv4" draft={ipv4.value} wrong={field.value} onChange={(draft) => (ipv4.value = draft)} />
      <FamilyPart family="ipv6" draft={ipv6.value} wrong={field.value} onChange={(draft) => (ipv6.value = draft)} />
      {bothOff && <Callout kind="warn" title={t('address_both_off')} />}
      <Callout kind="info" title={t('address_safe')}>
        <p>{t('address_safe_help')}</p>
      </Callout>
      <Refusal code={action.error} />
      <Button kind="main" type="submit" busy={action.busy} disabled={!ready || bothOff}>
        {t('network_try')}
      </Button>
    </form>
  );
}

interface PartProps {
  family: Family;
  draft: Draft;
  wrong: string | null;
  onChange: (draft: Draft) => void;
}

function FamilyPart({ family, draft, wrong, onChange }: PartProps) {
  const set = (part: Partial<Draft>) => onChange({ ...draft, ...part });
  const is = family === 'ipv4' ? V4 : V6;
  const unfit = (value: string, name: string) => (value !== '' && !is.test(value)) || wrong === name ? t(`address_unfit_${family}`) : null;
  return (
    <>
      <Choice
        label={t(`address_${family}`)}
        value={draft.method}
        options={(['automatic', 'fixed', 'off'] as const).map((value) => ({ value, label: t(`address_${value}`) }))}
        onChange={(method) => set({ method })}
        help={draft.method === 'automatic' ? t('address_automatic_help') : undefined}
      />
      {draft.method === 'fixed' && (
        <div class="stack box-inset">
          <TextField
            label={t('address_own')}
            value={draft.address}
            onInput={(address) => set({ address: address.trim() })}
            placeholder={family === 'ipv4' ? '192.168.1.60' : 'fd00::60'}
            error={unfit(draft.address, 'address')}
            maxLength={45}
            required
          />
          {family === 'ipv4' ? (
            <Select
              label={t('address_mask')}
              value={draft.prefix}
              options={PREFIXES.map((bits) => ({ value: String(bits), label: `${mask(bits)} (/${bits})` }))}
              onChange={(prefix) => set({ prefix })}
              help={t('address_mask_help')}
            />
          ) : (
            <TextField label={t('address_prefix')} value={draft.prefix} onInput={(prefix) => set({ prefix: prefix.trim() })} maxLength={3} required />
          )}
          <TextField
            label={t('address_gateway')}
            help={t('address_gateway_help')}
            value={draft.gateway}
            onInput={(gateway) => set({ gateway: gateway.trim() })}
            placeholder={family === 'ipv4' ? '192.168.1.1' : 'fd00::1'}
            error={unfit(draft.gateway, 'gateway')}
            maxLength={45}
          />
          <TextField label={t('address_dns')} help={t('address_dns_help')} value={draft.dns} onInput={(dns) => set({ dns })} error={wrong === 'dns' ? t(`address_unfit_${family}`) : null} maxLength={140} />
        </div>
      )}
    </>
  );
}

/** As it is set now; fixed ones begin with the address that the interface has, because that is what most want to keep. */
function draftOf(family: Family, of: NetworkInterface): Draft {
  const now = of[family];
  const isV4 = family === 'ipv4';
  const own = of.addresses.find((address) => address.includes(':') !== isV4 && !/^fe80:/i.test(address)) ?? '';
  const [address = '', prefix = isV4 ? '24' : '64'] = own.split('/');
  const gateway = (isV4 ? of.gateway : of.gateway6) ?? '';
  const draft: Draft = { method: 'automatic', address, prefix: prefix || (isV4 ? '24' : '64'), gateway, dns: '' };
  if (now?.method === 'off') return { ...draft, method: 'off' };
  if (now?.method !== 'fixed') return draft;
  return { method: 'fixed', address: now.address, prefix: String(now.prefix), gateway: now.gateway ?? '', dns: (now.dns ?? []).join(' ') };
}

function settingsOf(draft: Draft): IpSettings {
  const dns = draft.dns.split(/[\s,;，；]+/).filter(Boolean);
  if (draft.method === 'off') return { method: 'off' };
  if (draft.method === 'automatic') return { method: 'automatic', dns: [] };
  return { method: 'fixed', address: draft.address, prefix: Number(draft.prefix), gateway: draft.gateway || null, dns };
}

function isWhole(family: Family, draft: Draft): boolean {
  if (draft.method !== 'fixed') return true;
  const is = family === 'ipv4' ? V4 : V6;
  const bits = Number(draft.prefix);
  return is.test(draft.address) && (draft.gateway === '' || is.test(draft.gateway)) && bits >= 1 && bits <= (family === 'ipv4' ? 30 : 127);
}

/** 24 → 255.255.255.0 */
function mask(bits: number): string {
  return [0, 8, 16, 24].map((before) => 256 - 2 ** (8 - Math.min(8, Math.max(0, bits - before)))).join('.');
}
