import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** Longer is no address and no number; E.164 has 15 digits, RFC 5321 allows 254 characters. */
const lengthAtMost = 320

/** Undefined for nothing. Without stripping `+words`: to a mail server they may be another's box. */
export function normalisedEmail(email: string): string | undefined {
  const trimmed = email.trim().normalize('NFC').toLowerCase().slice(0, lengthAtMost)
  return trimmed === '' ? undefined : trimmed
}

/**
 * E.164 (`+46523987654`), read as somebody in `country` (ISO 3166-1, `SE`) would dial it; the digits
 * alone where it is no number of any country. Undefined without digits.
 */
export function normalisedPhone(phone: string, country: string): string | undefined {
  const trimmed = phone.trim().slice(0, lengthAtMost)
  const parsed = isSupportedCountry(country)
    ? parsePhoneNumberFromString(trimmed, country)
    : parsePhoneNumberFromString(trimmed)
  if (parsed?.isPossible() === true) return parsed.number
  const digits = trimmed.replaceAll(/\D/g, '')
  return digits === '' ? undefined : digits
}
