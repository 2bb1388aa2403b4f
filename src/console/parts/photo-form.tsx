import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useId, useRef, useState, type ChangeEvent } from 'react'
import { uploadPhotos } from '../api/photo-upload.ts'
import { asRefusal, type Refusal } from '../api/refusal.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { RefusalBox } from './refusal-box.tsx'
import { mistakeIn, photoMistake, photoTypes, type PhotoMistake } from './photo-files.ts'

interface PhotoFormProps {
  /** Whose case it is about; left out: the own organisation's, as staff. */
  readonly organisation?: string
  /** What takes photos that arrived: a case, an order, a report; their files come in the same order. */
  readonly add: (photos: readonly string[], files: readonly File[]) => unknown
  /** How many more there is room for; left out: as many as are taken at once. */
  readonly room?: number
  /** Left out: those of photos of the work. */
  readonly texts?: PhotoTexts
  /** Photos that others took come from the album alone. */
  readonly noCamera?: boolean
  /** Told when photos are on their way, and when none are any more. */
  readonly onBusy?: (busy: boolean) => void
}

/** What is asked for, and what is said of so many that arrived; left out: whoever takes them says it. */
interface PhotoTexts {
  readonly hint: string
  readonly sent?: (count: number) => string
}

/** Sends photos, from the camera of a telephone or from its album, as soon as they are chosen. */
export function PhotoForm(props: PhotoFormProps) {
  const { workPhotos } = useMessages()
  const { texts = workPhotos, noCamera = false } = props
  const mayChange = useMayChange()
  const { sending, mistake, share, choose, stop } = useSending(props)
  const hint = useId()
  const refusal = sending.error === null ? undefined : asRefusal(sending.error)
  const wrong = mistake ?? (refusal && mistakeIn(refusal.details))
  const chooser = { disabled: !mayChange || sending.isPending, hint, onChange: choose }
  return (
    <div className="photo-form">
      <p className="hint" id={hint}>
        {texts.hint}
      </p>
      {wrong !== undefined && (
        <p className="wrong" role="alert">
          {workPhotos.wrong[wrong]}
        </p>
      )}
      {refusal !== undefined && wrong === undefined && !isStop(refusal) && (
        <RefusalBox refusal={refusal} />
      )}
      <div className="buttons">
        {!noCamera && <Chooser {...chooser} label={workPhotos.camera} camera />}
        <Chooser {...chooser} label={workPhotos.choose} />
      </div>
      <Progress sending={sending} share={share} sent={texts.sent} onStop={stop} />
    </div>
  )
}

interface ProgressProps {
  readonly sending: ReturnType<typeof useSending>['sending']
  /** How much has left, from 0 to 1. */
  readonly share: number
  readonly sent: PhotoTexts['sent']
  readonly onStop: () => void
}

/** How far photos have come, and a way to stop them. */
function Progress({ sending, share, sent, onStop }: ProgressProps) {
  const { workPhotos } = useMessages()
  return (
    <output>
      {sending.isPending && (
        <>
          <label>
            {workPhotos.sending(sending.variables.length)}{' '}
            <progress value={share} max={1} />
          </label>{' '}
          <button type="button" onClick={onStop}>
            {workPhotos.stop}
          </button>
        </>
      )}
      {sending.isSuccess && sent?.(sending.variables.length)}
    </output>
  )
}

interface ChooserProps {
  readonly label: string
  readonly hint: string
  readonly disabled: boolean
  /** Opens the camera of a telephone; without it an album cannot be chosen there, with it nothing else. */
  readonly camera?: boolean
  readonly onChange: (event: ChangeEvent<HTMLInputElement>) => void
}

/** A field for files that looks like a button: its label is what one presses. */
function Chooser({ label, hint, disabled, camera = false, onChange }: ChooserProps) {
  return (
    <label className="file-button">
      <input
        type="file"
        accept={photoTypes}
        aria-describedby={hint}
        disabled={disabled}
        onChange={onChange}
        {...(camera ? { capture: 'environment' } : { multiple: true })}
      />
      {label}
    </label>
  )
}

function useSending({ organisation, add, room, onBusy }: PhotoFormProps) {
  const client = useQueryClient()
  const [mistake, setMistake] = useState<PhotoMistake>()
  const [share, setShare] = useState(0)
  const ending = useRef<AbortController>(undefined)
  const stop = useCallback(() => ending.current?.abort(), [])
  useEffect(() => stop, [stop])
  const sending = useMutation<unknown, Refusal, readonly File[]>({
    mutationFn: async (files) => {
      ending.current = new AbortController()
      const { signal } = ending.current
      setShare(0)
      onBusy?.(true)
      const ids = await uploadPhotos({ organisation, files, onProgress: setShare, signal })
      await add(ids, files)
    },
    onSettled: () => {
      onBusy?.(false)
      return client.invalidateQueries({ queryKey: ['work'] })
    },
  })
  const choose = ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
    const files = [...(currentTarget.files ?? [])]
    // The same file can be chosen again after it was refused.
    currentTarget.value = ''
    if (files.length === 0) return
    const found = photoMistake(files, room)
    setMistake(found)
    if (found === undefined) sending.mutate(files)
    else sending.reset()
  }
  return { sending, mistake, share, choose, stop }
}

/** Whoever sent them stopped it. */
function isStop({ cause }: Refusal): boolean {
  return cause instanceof DOMException && cause.name === 'AbortError'
}
