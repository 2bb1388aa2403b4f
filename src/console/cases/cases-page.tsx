import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import type { Which } from '../api/queries.ts'
import { casePagesQuery } from '../api/case-queries.ts'
import { useMessages } from '../messages/language.tsx'
import { Choices } from '../parts/choices.tsx'
import { Heading } from '../parts/heading.tsx'
import { Loaded } from '../parts/loaded.tsx'
import { useCan } from '../session/session.ts'
import { CaseMap } from './case-map.tsx'
import { CaseTable } from './case-table.tsx'
import { FilterForm } from './filter-form.tsx'
import {
  addressOf,
  filterOf,
  questionOf,
  withWhich,
  type CaseOrder,
  type ListFilter,
} from './list-filter.ts'

const both: readonly Which[] = ['open', 'all']
const orders: readonly CaseOrder[] = ['changed', 'due']

/** Cases, narrowed and ordered as the address says. */
export function CasesPage() {
  const { cases, caseList, intake } = useMessages()
  const mayTake = useCan('case.create')
  const [address, setAddress] = useSearchParams()
  const filter = useMemo(() => filterOf(address), [address])
  return (
    <>
      <Heading text={cases.title} />
      {mayTake && (
        <p>
          <Link to="/cases/new" className="button">
            {intake.title}
          </Link>
        </p>
      )}
      <FilterForm filter={filter} onShow={(next) => setAddress(addressOf(next))} />
      <div className="list-views">
        <Choices
          label={cases.title}
          names={both}
          chosen={filter.which}
          textOf={(name) => cases.which[name]}
          search={(which) => addressOf(withWhich(filter, which))}
        />
        <Choices
          label={caseList.order}
          names={orders}
          chosen={filter.order}
          textOf={(name) => caseList.orders[name]}
          search={(order) => addressOf({ ...filter, order })}
        />
      </div>
      <List filter={filter} onShow={(next) => setAddress(addressOf(next))} />
    </>
  )
}

interface ListProps {
  readonly filter: ListFilter
  readonly onShow: (filter: ListFilter) => void
}

function List({ filter, onShow }: ListProps) {
  const { caseList, caseMap } = useMessages()
  const query = useInfiniteQuery(casePagesQuery(questionOf(filter)))
  const [mapOpen, setMapOpen] = useState(filter.box !== '')
  const { hasNextPage, isFetchingNextPage, isPlaceholderData, fetchNextPage } = query
  return (
    <Loaded query={query}>
      {({ cases, isCut }) => (
        <div aria-busy={isPlaceholderData}>
          <p className="small">
            <output>
              {cases.length === 0 ? caseList.empty : caseList.shown(cases.length, isCut)}
            </output>
          </p>
          <details
            className="map-fold"
            open={mapOpen}
            onToggle={(event) => setMapOpen(event.currentTarget.open)}
          >
            <summary>{filter.box === '' ? caseMap.title : caseMap.titleNarrowed}</summary>
            {mapOpen && (
              <CaseMap
                key={filter.box}
                cases={cases}
                box={filter.box}
                onNarrow={(box) => onShow({ ...filter, box })}
              />
            )}
          </details>
          {cases.length > 0 && <CaseTable cases={cases} />}
          {hasNextPage && (
            <div className="buttons">
              <button
                type="button"
                disabled={isFetchingNextPage}
                onClick={() => void fetchNextPage()}
              >
                {caseList.more}
              </button>
            </div>
          )}
          {isCut && !hasNextPage && <p>{caseList.narrowFirst(cases.length)}</p>}
        </div>
      )}
    </Loaded>
  )
}
