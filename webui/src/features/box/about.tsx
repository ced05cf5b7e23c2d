// Versions, licences, and what this box does not do.
import { session } from '../../app/wiring';
import { t } from '../../core/i18n';
import { Facts } from '../../ui/facts';
import { Card, Row } from '../../ui/list';
import { useLoad } from '../../ui/load';
import { Section } from '../../ui/page';
import { admin } from './admin';
import { BoxPageFrame } from './box-page';

const LICENCE = 'MIT OR Apache-2.0';

export function About() {
  const update = useLoad(() => admin.update(), []);
  return (
    <BoxPageFrame title={t('box_about')}>
      <Section title={t('about_versions')}>
        <Card>
          <Facts
            of={[
              ['imbox', session.box.value?.version ?? ''],
              update.value !== null && [t('about_system'), update.value.current.version ?? t('update_from_card')],
              update.value !== null && [t('about_kind'), update.value.compatible],
            ]}
          />
        </Card>
      </Section>
      <Section title={t('about_promise_title')}>
        <p>{t('about_promise')}</p>
      </Section>
      <Section title={t('about_licence')} help={t('about_licence_help')}>
        <Card>
          <Row icon="file" title={LICENCE} href="/about/licences.txt" />
          <Row icon="download" title={t('about_parts')} note={t('about_parts_note')} href="/about/sbom.cdx.json" />
          <Row icon="globe" title={t('about_api')} href="/api/docs" />
        </Card>
      </Section>
      <Section title={t('about_source')}>
        <p>{t('about_source_text')}</p>
      </Section>
    </BoxPageFrame>
  );
}
