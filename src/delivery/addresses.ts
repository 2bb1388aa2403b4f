import { lookup as lookUp, type LookupAddress, type LookupAllOptions } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { UndeliverableError } from './letter.ts'

/**
 * Addresses that are not the public internet, after the IANA special-purpose registries (RFC 6890
 * and its successors): a configuration must not make the service knock at doors behind our wall.
 */
const special = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // Nobody, this machine, and old addresses of the older kind written the new way.
  '::/96',
  // Carry an address of the older kind inside, which nobody here looks at.
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2002::/16',
  '2001::/23',
  '100::/64',
  '2001:db8::/32',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]

/** Decides which addresses may be connected to. */
export interface AddressGuard {
  /** Throws UndeliverableError for an address in numbers that is refused; names are left to `lookup`. */
  check(host: string): void
  /** Looks a name up and gives only what may be connected to: no second look-up, no second answer. */
  readonly lookup: LookupFunction
}

/** Finds the addresses of a name; Node's own, or one of a test. */
type LookUp = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void

/** `allowed`: networks as CIDR that may be called all the same. */
export function createAddressGuard(
  allowed: readonly string[],
  find: LookUp = lookUp,
): AddressGuard {
  const refused = listOf(special)
  const exceptions = listOf(allowed)
  const mayConnect = (address: string): boolean => {
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    return exceptions.check(address, family) || !refused.check(address, family)
  }
  return {
    check(host) {
      const address = host.replace(/^\[(.*)\]$/, '$1')
      if (isIP(address) !== 0 && !mayConnect(address)) throw privateAddress(host)
    },
    lookup(hostname, options, callback) {
      find(hostname, { ...options, all: true }, (error, found) => {
        if (error !== null) {
          callback(error, '', 0)
          return
        }
        const fitting = found.filter(({ address }) => mayConnect(address))
        const [first] = fitting
        if (first === undefined) callback(privateAddress(hostname), '', 0)
        else if (options.all === true) callback(null, fitting satisfies LookupAddress[])
        else callback(null, first.address, first.family)
      })
    },
  }
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits = ''] = network.split('/')
    list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}

function privateAddress(host: string): UndeliverableError {
  return new UndeliverableError(
    `${host} is an address inside a private network, which the settings of this process do not allow`,
  )
}
