import { useSpoken } from '../messages/language.tsx'

interface FilesProps {
  readonly window: URLSearchParams
  /** What the figures that are shown were asked for with. */
  readonly figures: string
}

/** What is shown as files, and the cases themselves. */
export function Files({ window, figures }: FilesProps) {
  const { language, messages } = useSpoken()
  const { statistics } = messages
  const cases = new URLSearchParams([...window, ['language', language]])
  return (
    <section aria-labelledby="statistics-files">
      <h2 id="statistics-files">{statistics.files}</h2>
      <ul className="files">
        {(['CSV', 'XLSX'] as const).map((format) => (
          <li key={format}>
            <a href={`/api/v1/statistics.${format.toLowerCase()}?${figures}`} download>
              {statistics.figuresAs(format)}
            </a>
          </li>
        ))}
        {(['CSV', 'XLSX', 'GeoJSON'] as const).map((format) => (
          <li key={format}>
            <a href={`/api/v1/cases.${format.toLowerCase()}?${cases.toString()}`} download>
              {statistics.casesAs(format)}
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}
