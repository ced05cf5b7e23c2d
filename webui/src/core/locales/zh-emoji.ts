// 中文：选择表情。
import type { Entry } from './en';
import type { enEmoji } from './en-emoji';

export const zhEmoji: Record<keyof typeof enEmoji, Entry> = {
  emoji_activities: '活动',
  emoji_animals: '动物和自然',
  emoji_flags: '旗帜',
  emoji_food: '食物和饮料',
  emoji_found: '搜索结果',
  emoji_groups: '表情分类',
  emoji_named: '表情',
  emoji_none: '没有找到表情，换个词试试。',
  emoji_objects: '物品',
  emoji_people: '人物和手势',
  emoji_recent: '最近使用',
  emoji_search: '搜索表情',
  emoji_smileys: '笑脸和爱心',
  emoji_symbols: '符号',
  emoji_title: '选择表情',
  emoji_tone: '肤色',
  emoji_tone_0: '黄色',
  emoji_tone_1: '浅',
  emoji_tone_2: '较浅',
  emoji_tone_3: '中等',
  emoji_tone_4: '较深',
  emoji_tone_5: '深',
  emoji_travel: '旅行和地点',
};
