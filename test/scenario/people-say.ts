import { strandkoping, type TestService } from '../support/service.ts'

/** What a citizen says of the lamp that most scenarios are about. */
export const darkOnLamp17 = {
  category: 'light-out',
  asset: 'lamp-17',
  text: 'Lyktan är svart',
  language: 'sv',
}

export interface Receipt {
  readonly number: string
  readonly token: string
  readonly known: { readonly since: string; readonly bySensor: boolean } | null
}

/** Sends a report as a citizen's program does. */
export async function report(
  service: TestService,
  said: Record<string, unknown>,
): Promise<{ readonly status: number; readonly receipt: Receipt }> {
  const url = `${service.http}/api/v1/organisations/${strandkoping}/reports`
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(said) })
  return { status: answer.status, receipt: (await answer.json()) as Receipt }
}
