import type * as nodeOpcua from 'node-opcua'

/** The vendor's library, which costs about a second and 100 MB to load. */
export type Opcua = typeof nodeOpcua

let loading: Promise<Opcua> | undefined

/** Loads the library when the first connection needs it; a service without OPC UA never pays. */
export async function loadOpcua(): Promise<Opcua> {
  loading ??= import('node-opcua').then(quiet)
  return loading
}

/** It writes to the console for everything that our health says in its own words. */
function quiet(opcua: Opcua): Opcua {
  opcua.setDebugLogger(() => undefined)
  opcua.setWarningLogger(() => undefined)
  opcua.setErrorLogger(() => undefined)
  return opcua
}
