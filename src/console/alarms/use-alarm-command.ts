import { useMutation, useQueryClient } from '@tanstack/react-query'
import { commandAlarm, type AlarmCommand } from '../api/commands.ts'
import { alarmQuery } from '../api/queries.ts'

/** Asks something of an alarm and shows how it is then. */
export function useAlarmCommand(id: string, onDone?: () => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (command: AlarmCommand) => commandAlarm(id, command),
    onSuccess: (now) => {
      client.setQueryData(alarmQuery(id).queryKey, now)
      onDone?.()
    },
    onSettled: () =>
      Promise.all(
        [['alarms'], ['alarm', id], ['why', id], ['journal', id], ['asset']].map(
          (queryKey) => client.invalidateQueries({ queryKey }),
        ),
      ),
  })
}
