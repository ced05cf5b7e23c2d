// 中文：从全新的盒子到可以聊天。
import type { boxEnSetUp } from './en-set-up';
import type { Entry } from '../en';

export const boxZhSetUp: Record<keyof typeof boxEnSetUp, Entry> = {
  claim_code: '代码',
  claim_code_help: '在盒子的屏幕或卡片上。',
  claim_done: '开始使用',
  claim_intro: '它还没有主人。拿到代码的人来设置它。',
  claim_title: '设置这个盒子',
  setup_code_title: '这是你的盒子吗？',
  setup_door_later: '以后随时可以改。',
  setup_door_title: '谁可以进来？',
  setup_name_title: '它叫什么？',
  setup_overheard: '这个连接没有加密',
  setup_overheard_help: '同一网络里的人可能听到内容，包括你的密码。请在信得过的网络里设置，并用一个别处没用过的密码。',
  setup_password_help: '至少 8 个字符。更改盒子的设置，或者所有设备都丢失时，需要用到它。',
  setup_password_set: '密码已设置',
  setup_poster_help: '打印出来，或者截图发给大家。扫码就能进来。',
  setup_poster_title: '请大家进来',
  setup_progress: '第 {i} 步，共 {n} 步',
  setup_step_code: '代码',
  setup_step_door: '谁可以进来',
  setup_step_language: '语言',
  setup_step_name: '盒子的名字',
  setup_step_poster: '海报',
  setup_step_you: '你',
  setup_welcome: '回答几个问题，大家就能在这里聊天了。',
  setup_you_title: '你是谁？',
  setup_yours: '这个盒子是你的了',
};
