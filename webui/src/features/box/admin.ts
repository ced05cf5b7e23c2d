// The routes for admins, and their words: whatever imports this is loaded when an admin's page is opened.
import { api } from '../../app/wiring';
import { createAdminApi } from '../../core/admin-api';
import { addWords } from '../../core/i18n';
import { boxEn } from '../../core/locales/box/en';
import { boxZh } from '../../core/locales/box/zh';

addWords({ en: boxEn, zh: boxZh });

export const admin = createAdminApi(api.call);
