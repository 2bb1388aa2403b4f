import { useEffect, useState } from 'react'
import { useMessages } from '../messages/language.tsx'
import { waitBeforeSaying, type Counts } from './announcement.ts'

/** Tells screen readers how many alarms wait, when that changes and at most every ten seconds. */
export function Announcer({ counts }: { readonly counts: Counts }) {
  const { alarms } = useMessages()
  const { unacknowledged, first } = counts
  const [said, setSaid] = useState({ counts, atMs: 0, aloud: false })
  useEffect(() => {
    const now = { unacknowledged, first }
    const wait = waitBeforeSaying(said, now, Date.now())
    if (wait === undefined) return undefined
    const say = () => setSaid({ counts: now, atMs: Date.now(), aloud: true })
    const timer = setTimeout(say, wait)
    return () => clearTimeout(timer)
  }, [said, unacknowledged, first])
  return (
    <output className="hidden-text">
      {said.aloud && alarms.counts(said.counts.unacknowledged, said.counts.first)}
    </output>
  )
}
