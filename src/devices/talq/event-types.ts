/**
 * Names of events that TALQ defines: the enumeration `EventType` of its data model 2.2.0, in the published
 * file `oas/talq-data-model-2-2-0.json` of TALQ-consortium/TALQ_specification. Names alone, as facts.
 */
const in220 = `
  absoluteLampPowerTooHigh absoluteLampPowerTooLow batteryEmpty batteryFull
  batteryLevelTooLow batteryMode batteryShutdown cabinetDoorOpen calendarChange
  changeReleaseFailure changingRelease charging communicationFailure contactorError
  containerFull controlGearComFailure controlGearCommFailure currentTooHigh currentTooLow
  cyclingFailure deviceMalfunction deviceReset fireDetected fluidLevelTooHigh
  fluidLevelTooLow functionError hardwareUpdated heavyTrafficDetected highPower
  highTemperature humidityTooHigh humidityTooLow impactDetected installationMode
  invalidAddress invalidCalendar invalidConfig invalidLampType invalidLoggerConfig
  invalidProgram lampFailure lampPowerTooHigh lampPowerTooLow lampUnexpectedOn
  lampVoltageTooHigh lampVoltageTooLow leakageDetected levelTooHigh levelTooLow
  lightStateChange locationUpdated locationChanged lowTemperature maintenanceMode
  movementDetected neutralCurrentTooHigh newCmsAttached orientationChanged
  overCurrentCharge overCurrentDischarge packageChangeFailure packageDownloaded
  phase1ActivePowerTooHigh phase1ActivePowerTooLow phase1CurrentTooHigh
  phase1CurrentTooLow phase1PowerFactorTooLow phase1VoltageTooHigh phase1VoltageTooLow
  phase2ActivePowerTooHigh phase2ActivePowerTooLow phase2CurrentTooHigh
  phase2CurrentTooLow phase2PowerFactorTooLow phase2VoltageTooHigh phase2VoltageTooLow
  phase3ActivePowerTooHigh phase3ActivePowerTooLow phase3CurrentTooHigh
  phase3CurrentTooLow phase3PowerFactorTooLow phase3VoltageTooHigh phase3VoltageTooLow
  photocellOutputOn pm10TooHigh pm1TooHigh pm2-5TooHigh powerFactorTooLow
  presenceStatusChanged programChange relayFailure releaseChanged releaseMismatch
  sensorOutputOn softwareUpdating stateChange supplyLoss supplyVoltageTooHigh
  supplyVoltageTooLow targetCommandChange targetLightCommandChange temperatureTooHigh
  temperatureTooLow totalCurrentTooHigh totalCurrentTooLow totalPowerTooHigh
  totalPowerTooLow
`

/** Some that the same enumeration has in 2.7.1. Not all of them: a name missing here may be one. */
const since = 'circuitBreakerTripped dimmingFailure switchingErrorOff switchingErrorOn'

/** TALQ's event types, as far as they are known here. */
export const talqEventTypes: ReadonlySet<string> = new Set(
  `${in220} ${since}`.trim().split(/\s+/),
)
