import type { CaseView } from '../../cases/views.ts'
import { useMessages } from '../messages/language.tsx'

/** The whole case as a file, for those who may give it to whoever has a right to it. */
export function ExportLinks({ item: { id, number } }: { readonly item: CaseView }) {
  const { handling } = useMessages()
  const address = `/api/v1/cases/${encodeURIComponent(id)}/export`
  return (
    <>
      <p className="hint">{handling.exportHint}</p>
      <ul className="plain links">
        <li>
          <a href={`${address}?masked=true`} download={`${number}-masked.json`}>
            {handling.exportMasked}
          </a>
        </li>
        <li>
          <a href={`${address}?masked=false`} download={`${number}.json`}>
            {handling.exportWhole}
          </a>
        </li>
      </ul>
    </>
  )
}
