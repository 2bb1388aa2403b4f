import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
} from 'quickjs-emscripten-core'

/** The two constructors that are needed; the types of Node leave them to those of browsers. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Memory: new (size: {
    readonly initial: number
    readonly maximum: number
  }) => object
}

/** Makes an interpreter with a memory of its own, in 2 ms. */
export type NewEngine = () => Promise<QuickJSWASMModule>

/**
 * 16 MiB for everything, of which the interpreter and its stack take 6. The runtime's own limit counts
 * no bytes in this build, so it is the WebAssembly memory that holds: it cannot grow.
 */
const pages = 256

/** `bytes` is the WebAssembly file of the variant; it is compiled once. */
export async function loadEngine(bytes: Uint8Array): Promise<NewEngine> {
  const wasmModule = new WebAssembly.Module(bytes)
  const base = variantOf(await import('@jitl/quickjs-wasmfile-release-sync'))
  return () => {
    const wasmMemory = new WebAssembly.Memory({ initial: pages, maximum: pages })
    return newQuickJSWASMModuleFromVariant(newVariant(base, { wasmModule, wasmMemory }))
  }
}

/** The package's types say one default more than Node gives. */
function variantOf(module: { readonly default: unknown }): QuickJSSyncVariant {
  const found = module.default
  if (isVariant(found)) return found
  if (
    typeof found === 'object' &&
    found !== null &&
    'default' in found &&
    isVariant(found.default)
  ) {
    return found.default
  }
  throw new TypeError('the QuickJS package has another shape than expected')
}

function isVariant(found: unknown): found is QuickJSSyncVariant {
  return typeof found === 'object' && found !== null && 'importFFI' in found
}
