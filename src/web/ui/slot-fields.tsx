import { COMMON_CLOCKS, placesOf, type ZoneChoice } from '../../course/zones.ts';
import { SelectField, TextField } from './fields.tsx';
import zoneScript from './zone.js?url&no-inline';

/** ISO weekday 1 to 7, "HH:MM", IANA zone; an empty zone must be chosen. */
export interface SlotValues {
  weekday: number;
  time: string;
  time_zone: string;
}

export interface SlotProblem {
  field: 'weekday' | 'time' | 'time_zone' | 'form';
  message: string;
}

interface SlotFieldsProps {
  values: SlotValues;
  /** IANA names to choose from. */
  zones: string[];
  /**
   * `unknown` lets the script put the browser's own zone in place of what is selected; where one was
   * `refused`, the script offers none that is not in the list.
   */
  zone: 'known' | 'unknown' | 'refused';
  zoneHint: string;
  error?: SlotProblem | undefined;
}

/** What a page with these fields loads. */
export const slotScripts = [zoneScript];

const WEEKDAYS = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;

/** Regions in the order of the list; what is not here keeps its own name, after them. */
const REGIONS: Record<string, string> = {
  America: 'Americas',
  Europe: 'Europe',
  Africa: 'Africa',
  Asia: 'Asia',
  Australia: 'Australia',
  Pacific: 'Pacific',
  Atlantic: 'Atlantic',
  Indian: 'Indian Ocean',
  Antarctica: 'Antarctica',
};

const inOrder = new Intl.Collator('en');

/** The clocks that most readers live by, and then all places by region, each sorted by what is shown. */
function groupZones(zones: string[]): { region: string; choices: ZoneChoice[] }[] {
  const groups = new Map<string, string[]>(Object.keys(REGIONS).map((key) => [key, []]));
  for (const zone of zones) {
    const region = zone.includes('/') ? (zone.split('/')[0] ?? '') : 'Other';
    const group = groups.get(region);
    if (group) group.push(zone);
    else groups.set(region, [zone]);
  }
  const regions = [...groups]
    .filter(([, members]) => members.length > 0)
    .map(([key, members]) => ({
      region: REGIONS[key] ?? key,
      choices: members.flatMap(placesOf).sort((a, b) => inOrder.compare(a.label, b.label)),
    }));
  const common = COMMON_CLOCKS.filter(({ zone }) => zones.includes(zone));
  return [{ region: 'United States', choices: common }, ...regions];
}

/** Day, time and time zone: the learner's hour. */
export function SlotFields({ values, zones, zone, zoneHint, error }: SlotFieldsProps) {
  const at = (field: string) => (error?.field === field ? error.message : undefined);
  // Browsers send aliases that the list leaves out; a zone that was given must be there to be chosen.
  const chosen = values.time_zone;
  const list = chosen === '' || zones.includes(chosen) ? zones : [...zones, chosen];
  const groups = groupZones(list);
  // A zone stands there under several places.
  const first = groups.flatMap(({ choices }) => choices).find(({ zone }) => zone === chosen);
  return (
    <>
      <SelectField name="weekday" label="Day" error={at('weekday')} required>
        {WEEKDAYS.map((day, index) => (
          <option key={day} value={String(index + 1)} selected={values.weekday === index + 1}>
            {day}
          </option>
        ))}
      </SelectField>
      <TextField
        name="time"
        label="Time"
        type="time"
        value={values.time}
        error={at('time')}
        required
      />
      <SelectField
        name="time_zone"
        label="Time zone"
        hint={zoneHint}
        error={at('time_zone')}
        zone={zone}
        required
      >
        {chosen === '' && (
          <option value="" selected>
            Choose a city or a clock
          </option>
        )}
        {groups.map((group) => (
          <optgroup key={group.region} label={group.region}>
            {group.choices.map((choice) => (
              <option key={choice.label} value={choice.zone} selected={choice === first}>
                {choice.label}
              </option>
            ))}
          </optgroup>
        ))}
      </SelectField>
      <p class="zone-now" id="time_zone-now" aria-live="polite"></p>
    </>
  );
}
