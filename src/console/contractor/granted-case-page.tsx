import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import type { ContractorDetailView } from '../../contractors/views.ts'
import {
  addCasePhotos,
  grantedCaseQuery,
  moveGrantedCase,
  photoAddress,
} from '../api/contractor-work.ts'
import { CaseStateText } from '../cases/case-table.tsx'
import { Due } from '../cases/due.tsx'
import { textIn } from '../format/format.ts'
import { useMessages, useSpoken } from '../messages/language.tsx'
import { Facts } from '../parts/facts.tsx'
import { Heading } from '../parts/heading.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { Moment } from '../parts/moment.tsx'
import { Moves } from './moves.tsx'
import { PhotoForm } from '../parts/photo-form.tsx'
import { PhotoList } from './photo-list.tsx'
import { PlaceText } from './place-text.tsx'

/** A case that another organisation granted to the contractor. */
export function GrantedCasePage() {
  const { organisation = '', id = '' } = useParams()
  const { work } = useMessages()
  const query = useQuery(grantedCaseQuery({ organisation, id }))
  return (
    <>
      <p>
        <Link to="/work">{work.back}</Link>
      </p>
      <Loaded query={query}>{(item) => <GrantedCase item={item} />}</Loaded>
    </>
  )
}

function GrantedCase({ item }: { readonly item: ContractorDetailView }) {
  const { language, messages } = useSpoken()
  const { work, cases } = messages
  return (
    <>
      <Heading text={`${item.number} ${textIn(item.category.name, language)}`} />
      <Facts
        facts={[
          [work.customer, item.organisation.name],
          [cases.state, <CaseStateText key="state" item={item} />],
          [cases.place, <PlaceText key="place" at={item} />],
          [cases.due, <Due key="due" item={item} />],
        ]}
      />
      <Reporters reporters={item.reporters} />
      <Work item={item} />
      <Photos item={item} />
      <History events={item.events} />
    </>
  )
}

/** Shown only where the customer allowed it for this case. */
function Reporters({ reporters }: Pick<ContractorDetailView, 'reporters'>) {
  const { cases } = useMessages()
  if (reporters === null) return undefined
  return (
    <section aria-labelledby="work-reporters">
      <h2 id="work-reporters">{cases.reporters}</h2>
      <ul>
        {reporters.map(({ receivedAt, name, email, phone, text }) => (
          <li key={receivedAt}>
            {[name, email, phone].filter((one) => one !== null).join(', ')}: {text}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Work({ item }: { readonly item: ContractorDetailView }) {
  const { work, cases } = useMessages()
  const [day, setDay] = useState('')
  const { organisation, id, version } = item
  return (
    <section aria-labelledby="work-moves">
      <h2 id="work-moves">{cases.moves}</h2>
      {item.moves.includes('planned') && (
        <div className="field">
          <label htmlFor="work-day">{work.day}</label>
          <input
            id="work-day"
            type="date"
            value={day}
            onChange={(event) => setDay(event.currentTarget.value)}
          />
        </div>
      )}
      <Moves
        moves={item.moves}
        textOf={(to) => (to === 'assigned' ? work.take : cases.moveTo[to])}
        move={(to, text) =>
          moveGrantedCase(
            { organisation: organisation.id, id },
            {
              to,
              version,
              ...(text !== '' && { text }),
              // The middle of the day is the same day in every zone of the customers.
              ...(to === 'planned' && day !== '' && { at: `${day}T12:00:00Z` }),
            },
          )
        }
      />
    </section>
  )
}

/** Photos of the case that the contractor sees, and a way to send more while it is open. */
function Photos({ item }: { readonly item: ContractorDetailView }) {
  const { workPhotos } = useMessages()
  const where = { organisation: item.organisation.id, id: item.id }
  return (
    <section aria-labelledby="work-photos">
      <h2 id="work-photos">{workPhotos.title}</h2>
      <PhotoList
        photos={item.photos}
        addressOf={(photo) => photoAddress('cases', where, photo)}
      />
      {item.closedAt === null && (
        <PhotoForm
          organisation={where.organisation}
          add={(photos) => addCasePhotos(where, photos)}
        />
      )}
    </section>
  )
}

/** Where it went and what was said of it; whatever else the public knows is on its page. */
function History({ events }: Pick<ContractorDetailView, 'events'>) {
  const { work, cases } = useMessages()
  const told = events.filter(({ to, text }) => to !== null || text !== null)
  return (
    <section aria-labelledby="work-history">
      <h2 id="work-history">{work.history}</h2>
      <ul>
        {told.map(({ at, kind, own, to, text }) => (
          <li key={[at, kind, to, text].join(' ')}>
            <Moment at={at} /> {own ? work.you : work.customerSaid}:{' '}
            {[to === null ? null : cases.states[to], text]
              .filter((one) => one !== null)
              .join(' – ')}
          </li>
        ))}
      </ul>
    </section>
  )
}
