import { encodePicture, onlyKnownDecoders } from './encode-picture.ts'
import { ready, type PictureJob, type PictureReply } from './picture.ts'

/**
 * The process that decodes what strangers sent: a fault of a decoder ends it and nothing else. It is
 * started without rights to write, to connect or to start others, and without our environment.
 */

onlyKnownDecoders()

process.on('message', (job: PictureJob) => {
  void answer(job).then((reply) => process.send?.(reply))
})
// Whoever started it is gone.
process.on('disconnect', () => process.exit(0))
process.send?.(ready)

async function answer({ id, bytes }: PictureJob): Promise<PictureReply> {
  const made = await encodePicture(bytes)
  return 'kind' in made ? { id, ok: false, refusal: made } : { id, ok: true, picture: made }
}
