/** One server-sent event as it goes over the wire. JSON has no raw line breaks, so no field can break out. */
export function eventText(event: string, data: unknown, id?: number): string {
  const mark = id === undefined ? '' : `id: ${id}\n`
  return `event: ${event}\n${mark}data: ${JSON.stringify(data)}\n\n`
}

/** Keeps proxies from thinking that the connection is dead, and tells browsers, which do not show comments. */
export const heartbeat = ': still here\nevent: heartbeat\ndata: {}\n\n'
