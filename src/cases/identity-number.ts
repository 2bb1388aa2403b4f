/**
 * Does a text hold a personal identity number, Swedish or Norwegian: one whose day there is and whose
 * check digit is right? Telephone numbers, sums of money and numbers of cases hold none. Pure.
 */
export function holdsIdentityNumber(text: string): boolean {
  return (
    found(text, swedish, isSwedish) ||
    found(text, norwegian, ([digits]) => isNorwegian(digits))
  )
}

/** After a plus stands a country, so that is a telephone number. The dash is also the one of writing programs. */
const swedish = /(?<![\d+])(18|19|20)?(\d{6})([-+–\s]?)(\d{4})(?!\d)/g
const norwegian = /(?<![\d+])\d{6}[-\s]?\d{5}(?!\d)/g

function found(
  text: string,
  expression: RegExp,
  is: (match: RegExpExecArray) => boolean,
): boolean {
  return text.matchAll(expression).some(is)
}

/** Ten digits that are dialled: 070 and seven more (PTS, the Swedish numbering plan, mobile services). */
const mobile = /^070\d{7}$/

/**
 * A day of birth, to which 60 is added in coordination numbers; the last digit checks all ten
 * (Skatteverket, SKV 704 and 707). Of somebody born in 2007 it may be a mobile number as well: without
 * its century and its sign that one wins, or nobody could write such a number.
 */
function isSwedish([, century, day = '', sign = '', rest = '']: RegExpExecArray): boolean {
  const digits = day + rest
  if (century === undefined && sign.trim() === '' && mobile.test(digits)) return false
  const year = Number(day.slice(0, 2)) + 100 * Number(century ?? 20)
  const inMonth = Number(day.slice(4, 6))
  if (!isDay(year, Number(day.slice(2, 4)), inMonth > 60 ? inMonth - 60 : inMonth))
    return false
  const sum = Array.from(digits, Number).reduce((total, digit, at) => {
    const weighted = at % 2 === 0 ? 2 * digit : digit
    return total + (weighted > 9 ? weighted - 9 : weighted)
  }, 0)
  return sum % 10 === 0
}

/** The last digit checks all the others (Skatteetaten, on fødselsnummer). */
const norwegianWeights = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]

/**
 * 40 is added to the day in D-numbers, or to the month in numbers of aid. Made-up ones for tests, whose
 * months are larger still, are nobody's. The century, which three more digits tell, is not looked at.
 */
function isNorwegian(written: string): boolean {
  const digits = written.replaceAll(/\D/g, '')
  const [day, month, year] = [0, 2, 4].map((from) => Number(digits.slice(from, from + 2)))
  if (day === undefined || month === undefined || year === undefined) return false
  const isD = day > 40
  const ofBirth = isD ? day - 40 : day
  const inYear = !isD && month > 40 ? month - 40 : month
  if (!isDay(2_000 + year, inYear, ofBirth)) return false
  const sum = norwegianWeights.reduce((total, weight, at) => {
    return total + weight * Number(digits[at])
  }, 0)
  return sum % 11 === 0
}

const daysIn = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Is there such a day? Month and day from 1. */
function isDay(year: number, month: number, day: number): boolean {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const last = month === 2 && isLeap ? 29 : (daysIn[month - 1] ?? 0)
  return day >= 1 && day <= last
}
