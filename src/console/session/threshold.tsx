import type { ReactNode } from 'react'
import { LanguageSwitch } from '../frame/language-switch.tsx'
import { Heading } from '../parts/heading.tsx'

interface ThresholdProps {
  readonly title: string
  readonly children: ReactNode
}

/** The page before the log-in. */
export function Threshold({ title, children }: ThresholdProps) {
  return (
    <main className="threshold">
      <p className="brand">Gatuvakt</p>
      <Heading text={title} />
      {children}
      <LanguageSwitch />
    </main>
  )
}
