// Port 10: status. u16 power in 0.1 W, u8 dimming in %, u8 faults. Port 11: totals as well.
function decodeUplink(input) {
  const bytes = Buffer.from(input.bytes)
  if (bytes.length < 4)
    return { errors: ['a status has 4 bytes, this has ' + bytes.length] }
  const data = {
    power: bytes.readUInt16BE(0) / 10,
    dimming: bytes[2],
    faults: bytes[3],
  }
  if (input.fPort === 11) {
    data.energy = bytes.readUIntBE(4, 3)
    data.hours = bytes.readUInt16BE(7)
  }
  return { data: data }
}
