/**
 * What codecs find around them: the few things of other platforms that published codecs lean on,
 * and a clock and dice that give the same for the same message. No process, require, fetch or timer.
 */
export const prelude = String.raw`
(function () {
  'use strict'
  var global = globalThis
  var hidden = function (name, value) {
    Object.defineProperty(global, name, { value: value, writable: true, configurable: true })
  }
  var letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

  function toBase64(bytes) {
    var text = ''
    for (var i = 0; i < bytes.length; i += 3) {
      var left = bytes.length - i
      var three = (bytes[i] << 16) | ((bytes[i + 1] || 0) << 8) | (bytes[i + 2] || 0)
      text += letters[(three >> 18) & 63] + letters[(three >> 12) & 63]
      text += left > 1 ? letters[(three >> 6) & 63] : '='
      text += left > 2 ? letters[three & 63] : '='
    }
    return text
  }
  function fromBase64(text) {
    var bytes = []
    var held = 0
    var bits = 0
    for (var i = 0; i < text.length; i += 1) {
      var char = text[i] === '-' ? '+' : text[i] === '_' ? '/' : text[i]
      var value = letters.indexOf(char)
      if (value < 0) continue
      held = ((held << 6) | value) & 0xffffff
      bits += 6
      if (bits >= 8) {
        bits -= 8
        bytes.push((held >> bits) & 255)
      }
    }
    return bytes
  }
  function toUtf8(text) {
    return unescape(encodeURIComponent(text)).split('').map(function (c) { return c.charCodeAt(0) })
  }
  function fromUtf8(bytes) {
    var text = fromLatin(bytes)
    try {
      return decodeURIComponent(escape(text))
    } catch (error) {
      return text
    }
  }
  function fromLatin(bytes) {
    var text = ''
    for (var i = 0; i < bytes.length; i += 1) text += String.fromCharCode(bytes[i])
    return text
  }
  function fromHex(text) {
    var bytes = []
    for (var i = 0; i + 1 < text.length; i += 2) {
      var value = parseInt(text.slice(i, i + 2), 16)
      if (isNaN(value)) break
      bytes.push(value)
    }
    return bytes
  }
  function toHex(bytes) {
    var text = ''
    for (var i = 0; i < bytes.length; i += 1) text += (bytes[i] < 16 ? '0' : '') + bytes[i].toString(16)
    return text
  }

  class Buffer extends Uint8Array {
    static from(source, encoding) {
      if (typeof source !== 'string') {
        return super.from(source instanceof ArrayBuffer ? new Uint8Array(source) : source)
      }
      if (encoding === 'hex') return super.from(fromHex(source))
      if (encoding === 'base64' || encoding === 'base64url') return super.from(fromBase64(source))
      if (encoding === 'ascii' || encoding === 'latin1' || encoding === 'binary') {
        return super.from(source.split('').map(function (c) { return c.charCodeAt(0) & 255 }))
      }
      return super.from(toUtf8(source))
    }
    static alloc(size, fill) { return new Buffer(size).fill(fill || 0) }
    static isBuffer(value) { return value instanceof Buffer }
    static concat(list) {
      return Buffer.from([].concat.apply([], list.map(function (one) { return Array.from(one) })))
    }
    static byteLength(text, encoding) { return Buffer.from(text, encoding).length }
    slice(from, to) { return this.subarray(from, to) }
    equals(other) { return toHex(this) === toHex(other) }
    toString(encoding, from, to) {
      var part = this.subarray(from || 0, to === undefined ? this.length : to)
      if (encoding === 'hex') return toHex(part)
      if (encoding === 'base64') return toBase64(part)
      if (encoding === 'ascii' || encoding === 'latin1' || encoding === 'binary') return fromLatin(part)
      return fromUtf8(part)
    }
    toJSON() { return { type: 'Buffer', data: Array.from(this) } }
    readUIntBE(at, size) {
      checkRange(this, at, size)
      var value = 0
      for (var i = 0; i < size; i += 1) value = value * 256 + this[at + i]
      return value
    }
    readUIntLE(at, size) {
      checkRange(this, at, size)
      var value = 0
      for (var i = size - 1; i >= 0; i -= 1) value = value * 256 + this[at + i]
      return value
    }
    readIntBE(at, size) { return signed(this.readUIntBE(at, size), size) }
    readIntLE(at, size) { return signed(this.readUIntLE(at, size), size) }
    readUInt8(at) { return this.readUIntBE(at || 0, 1) }
    readInt8(at) { return this.readIntBE(at || 0, 1) }
  }
  function checkRange(buffer, at, size) {
    if (!(at >= 0) || at + size > buffer.length) throw new RangeError('offset is outside the buffer')
  }
  function signed(value, size) {
    var half = Math.pow(2, size * 8 - 1)
    return value >= half ? value - half * 2 : value
  }
  ;[16, 32].forEach(function (bits) {
    ;['BE', 'LE'].forEach(function (order) {
      Buffer.prototype['readUInt' + bits + order] = function (at) {
        return this['readUInt' + order](at || 0, bits / 8)
      }
      Buffer.prototype['readInt' + bits + order] = function (at) {
        return this['readInt' + order](at || 0, bits / 8)
      }
    })
  })
  ;[['Float', 'getFloat32', 4], ['Double', 'getFloat64', 8], ['BigUInt64', 'getBigUint64', 8], ['BigInt64', 'getBigInt64', 8]].forEach(function (one) {
    ;['BE', 'LE'].forEach(function (order) {
      Buffer.prototype['read' + one[0] + order] = function (at) {
        checkRange(this, at || 0, one[2])
        var view = new DataView(this.buffer, this.byteOffset, this.length)
        return view[one[1]](at || 0, order === 'LE')
      }
    })
  })
  Object.getOwnPropertyNames(Buffer.prototype).forEach(function (name) {
    if (name.indexOf('UInt') > 0) Buffer.prototype[name.replace('UInt', 'Uint')] = Buffer.prototype[name]
  })

  var ieee754 = {
    read: function (bytes, at, little, mantissa, size) {
      var view = new DataView(Uint8Array.from(Array.prototype.slice.call(bytes, at, at + size)).buffer)
      return size === 8 ? view.getFloat64(0, little) : view.getFloat32(0, little)
    }
  }
  function TextDecoder() {}
  TextDecoder.prototype.decode = function (bytes) { return bytes === undefined ? '' : fromUtf8(bytes) }
  function TextEncoder() {}
  TextEncoder.prototype.encode = function (text) { return Uint8Array.from(toUtf8(String(text))) }
  var nothing = function () {}

  hidden('Buffer', Buffer)
  hidden('ieee754', ieee754)
  hidden('atob', function (text) { return fromLatin(fromBase64(String(text))) })
  hidden('btoa', function (text) {
    return toBase64(String(text).split('').map(function (c) { return c.charCodeAt(0) & 255 }))
  })
  hidden('TextDecoder', TextDecoder)
  hidden('TextEncoder', TextEncoder)
  hidden('console', { log: nothing, info: nothing, warn: nothing, error: nothing, debug: nothing })

  var present = 0
  var dice = 1
  var RealDate = Date
  class FixedDate extends RealDate {
    constructor() {
      if (arguments.length === 0) super(present)
      else super(...arguments)
    }
    static now() { return present }
  }
  hidden('Date', FixedDate)
  Math.random = function () {
    dice = (dice * 48271) % 2147483647
    return dice / 2147483647
  }

  var modules = {
    buffer: { Buffer: Buffer },
    ieee754: ieee754,
    'base64-js': {
      toByteArray: function (text) { return Uint8Array.from(fromBase64(text)) },
      fromByteArray: toBase64
    }
  }
  var plain = function (key, value) {
    if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
    // JSON has no word for them, and null would mean that nothing was said.
    return typeof value === 'number' && !isFinite(value) ? String(value) : value
  }

  return function (factory, longest) {
    return function (text) {
      var input = JSON.parse(text)
      present = input.recvTime
      dice = 1
      input.recvTime = new FixedDate(present)
      try {
        var module = { exports: {} }
        // The source runs anew for every message, so that nothing stays from one to the next.
        var decode = factory(module, module.exports, modules)
        if (typeof decode !== 'function') throw new TypeError('the codec declares no decodeUplink')
        var result = JSON.stringify(decode(input), plain)
        if (result === undefined) throw new TypeError('decodeUplink returned nothing')
        if (result.length > longest) throw new RangeError('the result is longer than ' + longest + ' characters')
        return result
      } finally {
        // What it left behind without declaring it goes too; our own names are not enumerable.
        Object.keys(global).forEach(function (name) { delete global[name] })
      }
    }
  }
})()
`

/** The codec's source as a function of its own, in whichever of the published forms it is written. */
export function factorySource(source: string): string {
  const body = source
    .replaceAll(
      /^[ \t]*import\s*\{([^}]*)\}\s*from\s*(['"])([\w-]+)\2[ \t]*;?/gm,
      'const {$1} = modules["$3"];',
    )
    .replaceAll(
      /^[ \t]*import\s*(?:\*\s*as\s+)?(\w+)\s*from\s*(['"])([\w-]+)\2[ \t]*;?/gm,
      'const $1 = modules["$3"];',
    )
    .replaceAll(/^[ \t]*export\s+(?=(?:async\s+)?function|const|let|var)/gm, '')
  return `(function (module, exports, modules) {
${body}
;if (typeof decodeUplink === 'function') return decodeUplink;
if (typeof module.exports === 'function') return module.exports;
if (typeof module.exports.decodeUplink === 'function') return module.exports.decodeUplink;
if (typeof exports.decodeUplink === 'function') return exports.decodeUplink;
if (typeof Decode === 'function') return function (i) { return { data: Decode(i.fPort, i.bytes, i.variables) } };
if (typeof Decoder === 'function') return function (i) { return { data: Decoder(i.bytes, i.fPort) } };
})`
}
