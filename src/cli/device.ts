import { Command } from 'commander'
import { secretAnswer } from '../api/local/answers.ts'
import { withLocalService } from './local-service.ts'
import type { Run } from './program.ts'
import { settings } from './settings.ts'
import { exit, type Terminal } from './terminal.ts'

/** `gatuvakt device credential`: what a device shows to the broker. */
export function deviceCommand(terminal: Terminal, finish: Run): Command {
  const credential = new Command('credential')
    .description('Make a new secret for a device and show it once; an earlier one ends')
    .argument('<organisation>')
    .argument('<device>')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatuvakt device credential strandkoping lamp-17')
    .action(
      async (
        organisation: string,
        device: string,
        options: { json?: boolean },
        command: Command,
      ) => {
        const config = settings(command, terminal)
        const answer = await withLocalService(config, (service) =>
          service.post('/device-credential', { organisation, device }, secretAnswer),
        )
        const [topic = 'TOPIC'] = answer.topics
        terminal.out(
          options.json === true
            ? JSON.stringify(answer)
            : [
                `user name  ${answer.username}`,
                `secret     ${answer.secret}   (shown this once)`,
                ...answer.topics.map((text) => `topic      ${text}`),
                '',
                'Try it:',
                `  mosquitto_pub -h ${config.mqtt.host} -p ${config.mqtt.port} -q 1 -i ${device} \\`,
                `    -u ${answer.username} -P ${answer.secret} \\`,
                `    -t ${topic} -m '{"ts":'$(date +%s)', …}'`,
              ].join('\n'),
        )
        finish(exit.ok)
      },
    )
  return new Command('device')
    .description('Devices and their credentials')
    .addCommand(credential)
}
