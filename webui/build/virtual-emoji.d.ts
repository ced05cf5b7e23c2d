// What `build/emoji.ts` makes.
declare module 'virtual:emoji' {
  const groups: [emoji: string, en: string, zh: string, tones?: string][][];
  export default groups;
}
