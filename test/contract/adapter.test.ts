import { findMosquitto } from '../support/mosquitto.ts'
import { describeWithService } from '../support/services.ts'
import { adapterContract } from './adapter.contract.ts'
import { modbusRig, opcuaRig } from './adapter.polled-rigs.ts'
import { embeddedMqttRig, externalMqttRig, httpRig } from './adapter.rigs.ts'

adapterContract('our MQTT broker', embeddedMqttRig, { tellsPeers: true })
adapterContract('HTTP', httpRig, { tellsPeers: true })
adapterContract('Modbus', modbusRig, { tellsPeers: false })
adapterContract('OPC UA', opcuaRig, { tellsPeers: false })
describeWithService('mosquitto: adapters', findMosquitto(), (start) => {
  const make = async () => externalMqttRig(await (await start())({ persistent: true }))
  adapterContract("somebody else's MQTT broker", make, { tellsPeers: false })
})
