import { Component, type ReactNode } from 'react'
import { useLocation } from 'react-router'
import { asRefusal } from '../api/refusal.ts'
import { useMessages } from '../messages/language.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'

/**
 * Says so when a page cannot be shown: its part of the console may not come, because the network is
 * away or a newer version was put in its place. The menu stays, and another page begins anew.
 */
export function PageBoundary({ children }: { readonly children: ReactNode }) {
  const { key } = useLocation()
  return <Boundary at={key}>{children}</Boundary>
}

interface BoundaryProps {
  /** Where one is: elsewhere what went wrong is over. */
  readonly at: string
  readonly children: ReactNode
}

interface BoundaryState {
  readonly wrong: { readonly error: unknown; readonly at: string } | undefined
}

/** Only a class hears what went wrong while its children were drawn. */
class Boundary extends Component<BoundaryProps, BoundaryState> {
  override readonly state: BoundaryState = { wrong: undefined }

  override componentDidCatch(error: unknown): void {
    this.setState({ wrong: { error, at: this.props.at } })
  }

  override render(): ReactNode {
    const { wrong } = this.state
    const { at, children } = this.props
    return wrong === undefined || wrong.at !== at ? children : <Failed {...wrong} />
  }
}

function Failed({ error }: { readonly error: unknown }) {
  const { common } = useMessages()
  return (
    <RefusalBox
      refusal={asRefusal(error)}
      said={common.pageFailed}
      retry={() => location.reload()}
    />
  )
}
