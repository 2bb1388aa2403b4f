/** A unit by its UCUM code: what it measures, and how it becomes the first unit of its kind. */
interface Unit {
  readonly of: string
  readonly factor: number
  readonly offset: number
}

const units: ReadonlyMap<string, Unit> = new Map(
  Object.entries({
    ratio: { '1': 1, '%': 0.01, '[ppth]': 1e-3, '[ppm]': 1e-6, '[ppb]': 1e-9 },
    length: {
      m: 1,
      km: 1e3,
      dm: 0.1,
      cm: 0.01,
      mm: 1e-3,
      um: 1e-6,
      '[in_i]': 0.0254,
      '[ft_i]': 0.3048,
    },
    area: { m2: 1, cm2: 1e-4, mm2: 1e-6, har: 1e4, km2: 1e6 },
    volume: {
      m3: 1,
      L: 1e-3,
      dL: 1e-4,
      cL: 1e-5,
      mL: 1e-6,
      hL: 0.1,
      '[gal_us]': 0.003785411784,
    },
    flow: {
      'm3/s': 1,
      'm3/min': 1 / 60,
      'm3/h': 1 / 3_600,
      'm3/d': 1 / 86_400,
      'L/s': 1e-3,
      'L/min': 1 / 60_000,
      'L/h': 1 / 3.6e6,
    },
    speed: { 'm/s': 1, 'km/h': 1 / 3.6, 'mm/s': 1e-3, '[kn_i]': 1_852 / 3_600 },
    acceleration: { 'm/s2': 1, '[g]': 9.80665 },
    rain: { 'mm/h': 1, 'mm/d': 1 / 24 },
    time: { s: 1, ms: 1e-3, us: 1e-6, min: 60, h: 3_600, d: 86_400, wk: 604_800 },
    mass: { kg: 1, g: 1e-3, mg: 1e-6, t: 1e3 },
    force: { N: 1, kN: 1e3 },
    pressure: {
      Pa: 1,
      hPa: 100,
      kPa: 1e3,
      MPa: 1e6,
      mbar: 100,
      bar: 1e5,
      'm[H2O]': 9_806.65,
      'cm[H2O]': 98.0665,
      'mm[Hg]': 133.322,
      '[psi]': 6_894.757293168,
    },
    power: { W: 1, mW: 1e-3, kW: 1e3, MW: 1e6 },
    energy: { J: 1, kJ: 1e3, MJ: 1e6, GJ: 1e9, 'W.h': 3_600, 'kW.h': 3.6e6, 'MW.h': 3.6e9 },
    'apparent power': { 'V.A': 1, 'kV.A': 1e3, 'MV.A': 1e6 },
    'reactive power': { var: 1, kvar: 1e3 },
    'reactive energy': { 'var.h': 1, 'kvar.h': 1e3 },
    voltage: { V: 1, mV: 1e-3, kV: 1e3 },
    current: { A: 1, mA: 1e-3, uA: 1e-6, kA: 1e3 },
    charge: { C: 1, 'A.h': 3_600, 'mA.h': 3.6 },
    resistance: { Ohm: 1, mOhm: 1e-3, kOhm: 1e3, MOhm: 1e6 },
    frequency: { Hz: 1, mHz: 1e-3, kHz: 1e3, MHz: 1e6, '/min': 1 / 60, '/h': 1 / 3_600 },
    angle: { rad: 1, deg: Math.PI / 180 },
    luminance: { lx: 1, klx: 1e3 },
    'luminous flux': { lm: 1, klm: 1e3 },
    intensity: { cd: 1 },
    level: { dB: 1, 'B[SPL]': 10 },
    'signal level': { 'dB[mW]': 1 },
    irradiance: { 'W/m2': 1 },
    density: {
      'kg/m3': 1,
      'g/m3': 1e-3,
      'mg/m3': 1e-6,
      'ug/m3': 1e-9,
      'g/L': 1,
      'mg/L': 1e-3,
      'ug/L': 1e-6,
    },
    conductivity: { 'S/m': 1, 'mS/cm': 0.1, 'uS/cm': 1e-4 },
    acidity: { '[pH]': 1 },
    data: { By: 1, kBy: 1e3, MBy: 1e6, bit: 1 / 8 },
  }).flatMap(([of, codes]) =>
    Object.entries(codes).map(([code, factor]): [string, Unit] => [
      code,
      { of, factor, offset: 0 },
    ]),
  ),
)
const temperatures: ReadonlyMap<string, Unit> = new Map([
  ['K', { of: 'temperature', factor: 1, offset: 0 }],
  ['Cel', { of: 'temperature', factor: 1, offset: 273.15 }],
  ['[degF]', { of: 'temperature', factor: 5 / 9, offset: 459.67 * (5 / 9) }],
])

/** What people write instead. */
const slips: Readonly<Record<string, string>> = {
  '°C': 'Cel',
  C: 'Cel',
  degC: 'Cel',
  celsius: 'Cel',
  '°F': '[degF]',
  F: '[degF]',
  Wh: 'W.h',
  kWh: 'kW.h',
  MWh: 'MW.h',
  VA: 'V.A',
  kVA: 'kV.A',
  VAr: 'var',
  kVAr: 'kvar',
  kVArh: 'kvar.h',
  varh: 'var.h',
  'l/s': 'L/s',
  'l/min': 'L/min',
  'l/h': 'L/h',
  l: 'L',
  'm³': 'm3',
  'm³/h': 'm3/h',
  'm3/hr': 'm3/h',
  'm²': 'm2',
  dBm: 'dB[mW]',
  Ω: 'Ohm',
  ohm: 'Ohm',
  '°': 'deg',
  degrees: 'deg',
  psi: '[psi]',
  pH: '[pH]',
  ppm: '[ppm]',
  lux: 'lx',
  rpm: '/min',
  sec: 's',
  seconds: 's',
  minutes: 'min',
  hours: 'h',
  hour: 'h',
  percent: '%',
  pct: '%',
  Ah: 'A.h',
  mAh: 'mA.h',
  volt: 'V',
  watt: 'W',
  ampere: 'A',
  meter: 'm',
  mH2O: 'm[H2O]',
  mmHg: 'mm[Hg]',
  'µS/cm': 'uS/cm',
  'µg/m3': 'ug/m3',
  'W/m²': 'W/m2',
}

/** The codes that are known, for suggestions. */
export const unitCodes: readonly string[] = [...units.keys(), ...temperatures.keys()]

function unitOf(code: string): Unit | undefined {
  const known = units.get(code) ?? temperatures.get(code)
  if (known !== undefined) return known
  // UCUM lets people count what they like in braces: `{lamps}`.
  return /^\{[A-Za-z0-9 _-]{1,18}\}$/.test(code)
    ? { of: 'ratio', factor: 1, offset: 0 }
    : undefined
}

/** Is this a UCUM code that we know? */
export function isUnit(code: string): boolean {
  return unitOf(code) !== undefined
}

/** The code that was probably meant, where people often write something else. */
export function meantUnit(written: string): string | undefined {
  if (Object.hasOwn(slips, written)) return slips[written]
  const lower = written.toLowerCase()
  return unitCodes.find((code) => code.toLowerCase() === lower)
}

/**
 * `value × scale + offset` makes of a value in `from` one in `to`. Undefined when one of them is
 * unknown or they measure different things.
 */
export function conversion(
  from: string,
  to: string,
): { readonly scale: number; readonly offset: number } | undefined {
  const [a, b] = [unitOf(from), unitOf(to)]
  if (a === undefined || b === undefined || a.of !== b.of) return undefined
  const scale = a.factor / b.factor
  const offset = (a.offset - b.offset) / b.factor
  return { scale, offset }
}
