import { useMessages } from '../messages/language.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { useShortcutScope } from './use-shortcuts.tsx'

/** Which keys there are, and the switch that turns them off. */
export function ShortcutHelp({ onClose }: { readonly onClose: () => void }) {
  const { shortcuts } = useMessages()
  const { on, turn } = useShortcutScope()
  const keys = [
    ['j ↓', shortcuts.next],
    ['k ↑', shortcuts.previous],
    ['a', shortcuts.acknowledge],
    ['Enter', shortcuts.open],
    ['n', shortcuts.insert],
    ['?', shortcuts.help],
  ] as const
  return (
    <Dialog title={shortcuts.title} onClose={onClose}>
      <label className="check">
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => turn(event.currentTarget.checked)}
        />
        {shortcuts.on}
      </label>
      <dl className="facts">
        {keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              {key.split(' ').map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
