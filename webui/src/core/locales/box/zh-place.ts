// 中文：文件存放的位置。
import type { boxEnPlace } from './en-place';
import type { Entry } from '../en';

export const boxZhPlace: Record<keyof typeof boxEnPlace, Entry> = {
  place: '文件存放位置',
  place_away: '{name} 未插入',
  place_away_help: '其中的照片和文件无法打开，也不能发送新的。文字消息不受影响。插回后会自动恢复。',
  place_back: '把文件移回存储卡',
  place_choose: '文件存到这里',
  place_files: 'U 盘上的文件',
  place_free: 'U 盘空间',
  place_help: '照片和文件现在存在盒子的存储卡上。可以改存到更大的 U 盘或移动固态硬盘。消息和缩略图仍留在存储卡上。',
  place_lost: '硬盘丢了或坏了',
  place_lost_do: '不再使用',
  place_lost_text: '只存在这个盘上的照片和文件，所有人都无法再看到。新的文件会重新存到存储卡。如果盘找回来了，重新选择它即可恢复。',
  place_lost_title: '不再使用 {name}？',
  place_meanwhile: '期间大家可以照常聊天和发送。断电也没关系，盒子会接着移动。',
  place_none: '盒子上没有插 U 盘。',
  place_on_disk: '照片和文件存放在 {name}。拔下之前请先安全移除。',
  place_other_box: '其中有另一个盒子“{name}”的文件。请换一个，或在电脑上删除其中的“imbox”文件夹。',
  place_partly: '还有一些文件在 {name} 上。',
  place_stay: '文件留在 U 盘上',
  place_stopped: '文件移动中断，没有文件丢失。',
  place_to_box: '{done} / {all} 已在存储卡上，其余的正从 {name} 移回。',
  place_to_disk: '{done} / {all} 已在 {name} 上，其余的正从存储卡移过去。',
  place_unusable: '{name} 已插入，但盒子无法使用',
  place_unusable_empty: '本盒子的文件已不在这个盘上。',
  place_unusable_help: '原来在上面的照片和文件无法打开，也不能发送新的。文字消息不受影响。',
  place_unreadable: { other: '{n} 个文件无法移动' },
  place_unreadable_help: '所在的盘无法读取或删除这些文件，它们留在原处。',
  reset_lost_disk: 'U 盘 {name} 上的照片和文件',
  reset_disk_away: 'U 盘 {name} 未插入：其中的文件会留在上面，且任何盒子都无法再使用。插上它才能一并删除。',
};
