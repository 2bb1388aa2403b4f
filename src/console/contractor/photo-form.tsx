import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useId, useRef, useState, type ChangeEvent } from 'react'
import { uploadPhotos } from '../api/photo-upload.ts'
import { asRefusal, type Refusal } from '../api/refusal.ts'
import { useMayChange } from '../live/live.tsx'
import { useMessages } from '../messages/language.tsx'
import { RefusalBox } from '../parts/refusal-box.tsx'
import { mistakeIn, photoMistake, photoTypes, type PhotoMistake } from './photo-files.ts'

interface PhotoFormProps {
  /** Whose work it is. */
  readonly organisation: string
  /** Gives photos that arrived to the case or the order. */
  readonly add: (photos: readonly string[]) => Promise<unknown>
}

/** Sends photos of the work, from the camera of a telephone or from its album, as soon as they are chosen. */
export function PhotoForm(props: PhotoFormProps) {
  const { workPhotos } = useMessages()
  const mayChange = useMayChange()
  const { sending, mistake, share, choose, stop } = useSending(props)
  const hint = useId()
  const refusal = sending.error === null ? undefined : asRefusal(sending.error)
  const wrong = mistake ?? (refusal && mistakeIn(refusal.details))
  const chooser = { disabled: !mayChange || sending.isPending, hint, onChange: choose }
  return (
    <div className="photo-form">
      <p className="hint" id={hint}>
        {workPhotos.hint}
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
        <Chooser {...chooser} label={workPhotos.camera} camera />
        <Chooser {...chooser} label={workPhotos.choose} />
      </div>
      <output>
        {sending.isPending && (
          <>
            <label>
              {workPhotos.sending(sending.variables.length)}{' '}
              <progress value={share} max={1} />
            </label>{' '}
            <button type="button" onClick={stop}>
              {workPhotos.stop}
            </button>
          </>
        )}
        {sending.isSuccess && workPhotos.sent(sending.variables.length)}
      </output>
    </div>
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

function useSending({ organisation, add }: PhotoFormProps) {
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
      await add(await uploadPhotos({ organisation, files, onProgress: setShare, signal }))
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['work'] }),
  })
  const choose = ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
    const files = [...(currentTarget.files ?? [])]
    // The same file can be chosen again after it was refused.
    currentTarget.value = ''
    if (files.length === 0) return
    const found = photoMistake(files)
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
