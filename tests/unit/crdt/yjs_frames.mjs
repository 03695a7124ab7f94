// Generates yjs_frames.py: updates of three Yjs clients that write together, and updates that split surrogate pairs.
//   npm install yjs@13 && node yjs_frames.mjs > yjs_frames.py
import * as Y from 'yjs'

let seed = 20261122
const dice = n => {
  seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
  return Math.floor((seed / 0x80000000) * n)
}
const clusters = ['م', 'ثا', 'قٌ', 'رَّ', '\u200c', '\u200f', '١', '🇸🇾', '🙂', '😃', '👩\u200d👩\u200d👧', 'é', 'e\u0301', '𝒜', '\n', ' ']
const base64 = bytes => Buffer.from(bytes).toString('base64')
const isLow = (text, at) => (text.charCodeAt(at) & 0xfc00) === 0xdc00
const whole = (text, at) => (isLow(text, at) ? at - 1 : at)

function writers (count, frames) {
  const docs = Array.from({ length: count }, () => new Y.Doc())
  const inboxes = docs.map(() => [])
  docs.forEach((doc, me) => {
    doc.clientID = 101 + 2 * me
    doc.on('update', (update, origin) => {
      if (origin === 'remote') return
      frames.push(base64(update))
      inboxes.forEach((inbox, other) => other === me || inbox.push(update))
    })
  })
  return { docs, inboxes }
}

function write (text) {
  const before = text.toString()
  const from = whole(before, dice(before.length + 1))
  const to = whole(before, Math.min(before.length, from + dice(6)))
  const words = Array.from({ length: dice(4) }, () => clusters[dice(clusters.length)]).join('')
  if (dice(2) && to > from) text.delete(from, to - from)
  if (words) text.insert(from, words)
  if (!dice(5)) text.insert(text.length, '🙂ي')
}

function honest (steps) {
  const frames = []
  const { docs, inboxes } = writers(3, frames)
  for (let step = 0; step < steps; step++) {
    const me = dice(3)
    for (let n = dice(3); n && inboxes[me].length; n--) Y.applyUpdate(docs[me], inboxes[me].shift(), 'remote')
    docs[me].transact(() => write(docs[me].getText('t')))
    if (!dice(12)) frames.push(base64(Y.encodeStateAsUpdate(docs[me])))
  }
  docs.forEach((doc, me) => inboxes[me].forEach(update => Y.applyUpdate(doc, update, 'remote')))
  const text = docs[0].getText('t')
  return { frames, text: text.toString(), state: base64(Y.encodeStateAsUpdate(docs[0])) }
}

function careless (spoil) {
  const frames = []
  const [doc] = writers(1, frames).docs
  doc.getText('t').insert(0, 'a🙂bcd🙂🙂e')
  spoil(doc, doc.getText('t'))
  return frames
}

const { frames, text, state } = honest(90)
const splits = [
  careless((_, text) => text.delete(2, 1)),
  careless((_, text) => text.delete(1, 1)),
  careless((_, text) => text.delete(0, 2)),
  careless((_, text) => text.delete(2, 3)),
  careless((_, text) => text.delete(7, 2)),
  careless((_, text) => text.insert(2, 'x')),
  careless((doc, text) => doc.transact(() => { text.delete(2, 1); text.insert(2, '\ude03') }))
]
const lines = (done, letter) => {
  if (done.at(-1).length >= 90) done.push('')
  done[done.length - 1] += letter
  return done
}
const rows = list => list.map(row => `    ${JSON.stringify(row)},\n`).join('')
const pairs = splits.map(([first, second]) => `    (${JSON.stringify(first)}, ${JSON.stringify(second)}),\n`).join('')
process.stdout.write(
  '"""Frames of real Yjs 13, written by yjs_frames.mjs, in base64."""\n\n' +
  `FRAMES = (\n${rows(frames)})\n` +
  '"""Frames sent by three browsers, in order of sending; resync frames repeat the whole state of one of them."""\n\n' +
  `FINAL_TEXT = (\n${rows([...text].reduce(lines, [''])).replaceAll('",\n', '"\n')})\n"""The final text of all three."""\n\n` +
  `FINAL_STATE = (\n${rows([...state].reduce(lines, [''])).replaceAll('",\n', '"\n')})\n"""The full state, as one of them would resync it."""\n\n` +
  `SURROGATE_SPLITS = (\n${pairs})\n"""A text, then a frame that splits one of its characters."""\n`
)
