// A Yjs client that types into a live room: node --experimental-websocket yjs_client.mjs MODULES URL TOKEN SEED EDITS
// Prints "done" once everything it wrote is acknowledged. To an empty line on standard input it answers with its text as
// JSON; to a JSON list of pairs of CRDT item ids, with the start and end of each pair in code points.
import { pathToFileURL } from 'node:url'
import { createInterface } from 'node:readline'

const [modules, url, token, seed, edits] = process.argv.slice(2)
const Y = await import(pathToFileURL(`${modules}/yjs/dist/yjs.mjs`).href)
const doc = new Y.Doc()
const text = doc.getText('t')
const words = ['ا', 'ب', ' ', 'المادة', 'لَا', '🙂', '👩‍👩‍👧', 'é', '\n', '\r\n', '‏', 'article ', '𝒜']
let socket, sent = 0, acked = 0, ready = false, written = 0

let state = Number(seed) + 1
const random = n => { state = (state * 48271) % 2147483647; return state % n }

const number = value => { const out = []; while (value > 127) { out.push(value % 128 | 128); value = Math.floor(value / 128) } out.push(value); return out }
const frame = (step, data) => Uint8Array.from([0, step, ...number(data.length), ...data])
const reader = bytes => {
  let at = 0
  const read = () => { let value = 0, factor = 1; for (;;) { const byte = bytes[at++]; value += (byte & 127) * factor; factor *= 128; if (byte < 128) return value } }
  return { number: read, chunk: () => { const length = read(); at += length; return bytes.slice(at - length, at) } }
}

function send (step, update) {
  if (socket?.readyState !== 1) return
  if (step === 2 || update.length > 2) sent++
  socket.send(frame(step, update))
}

function come () {
  sent = acked = 0
  ready = false
  socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } })
  socket.binaryType = 'arraybuffer'
  socket.onmessage = ({ data }) => take(reader(new Uint8Array(data)))
  socket.onclose = () => setTimeout(come, 50)
  socket.onerror = () => {}
}

function take (message) {
  const kind = message.number()
  if (kind === 0) {
    const step = message.number(), data = message.chunk()
    if (step === 0) {
      send(1, Y.encodeStateAsUpdate(doc, data))
      socket.send(frame(0, Y.encodeStateVector(doc)))
    } else {
      Y.applyUpdate(doc, data, 'room')
      ready ||= step === 1
    }
  } else if (kind === 100) {
    acked = message.number()
  }
}

doc.on('update', (update, origin) => { if (origin !== 'room') send(2, update) })

// Edits whole code points only, as the editor does.
function edit () {
  const points = Array.from(text.toString()), start = random(points.length + 1)
  const end = Math.min(points.length, start + [0, 0, 0, 1, 2, 9][random(6)])
  const units = list => list.join('').length, at = units(points.slice(0, start))
  doc.transact(() => {
    if (end > start) text.delete(at, units(points.slice(start, end)))
    if (end === start || random(5) < 2) text.insert(at, words[random(words.length)])
  })
}

function tick () {
  if (ready && written < Number(edits)) {
    written++
    edit()
    if (random(25) === 0) socket.close()
  } else if (ready && written === Number(edits) && acked === sent && socket.readyState === 1) {
    console.log('done')
    return
  }
  setTimeout(tick, 5 + random(20))
}

const at = (item, assoc) => Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON({ item, assoc }), doc).index
const points = index => Array.from(text.toString().slice(0, index)).length
const placed = ([first, last]) => [points(at(first, 0)), points(at(last, -1))]

// Exits when standard input is closed, that is, with its parent process.
createInterface({ input: process.stdin })
  .on('line', line => console.log(JSON.stringify(line ? JSON.parse(line).map(placed) : text.toString())))
  .on('close', () => process.exit())
come()
tick()
