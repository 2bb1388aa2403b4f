import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * An authority of our own in a folder (`ca`), what it signed, each under its common name, and a
 * `stranger` that signed itself: `NAME.crt` and `NAME.key`, PEM.
 */
export async function makeCertificates(
  folder: string,
  signed: Readonly<Record<string, string>>,
): Promise<void> {
  const openssl = async (...words: readonly string[]): Promise<void> => {
    await run(
      'openssl',
      words.flatMap((word) =>
        word.startsWith('-subj=') ? ['-subj', word.slice(6)] : word.split(' '),
      ),
      { cwd: folder },
    )
  }
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
  for (const name of ['ca', 'stranger']) {
    await openssl(
      `req -x509 ${key} -keyout ${name}.key -out ${name}.crt -days 2`,
      `-subj=/CN=${name}`,
    )
  }
  await writeFile(join(folder, 'names'), 'subjectAltName=DNS:broker.test,IP:127.0.0.1\n')
  for (const [name, commonName] of Object.entries(signed)) {
    // A slash in a name would begin its next part.
    const subject = `-subj=/CN=${commonName.replaceAll('/', '\\/')}`
    await openssl(`req ${key} -keyout ${name}.key -out ${name}.csr`, subject)
    const by = `-CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names`
    await openssl(`x509 -req -in ${name}.csr ${by} -out ${name}.crt`)
  }
}
