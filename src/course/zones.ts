/** What people call the zones of North America, whose cities differ and whose clocks do not. */
const CLOCKS: Record<string, string> = {
  'America/New_York': 'Eastern time',
  'America/Toronto': 'Eastern time',
  'America/Detroit': 'Eastern time',
  'America/Chicago': 'Central time',
  'America/Winnipeg': 'Central time',
  'America/Denver': 'Mountain time',
  'America/Edmonton': 'Mountain time',
  'America/Boise': 'Mountain time',
  'America/Phoenix': 'Arizona time',
  'America/Los_Angeles': 'Pacific time',
  'America/Vancouver': 'Pacific time',
  'America/Anchorage': 'Alaska time',
  'Pacific/Honolulu': 'Hawaii time',
  'America/Halifax': 'Atlantic time',
  'America/St_Johns': 'Newfoundland time',
};

/** The names in this list are those of the platform's edition of the database; people write these. */
const CITIES: Record<string, string> = {
  'Africa/Asmera': 'Asmara',
  'America/Godthab': 'Nuuk',
  'America/St_Johns': 'St. John’s',
  'Asia/Calcutta': 'Kolkata',
  'Asia/Katmandu': 'Kathmandu',
  'Asia/Rangoon': 'Yangon',
  'Asia/Saigon': 'Ho Chi Minh City',
  'Asia/Ho_Chi_Minh': 'Ho Chi Minh City',
  'Atlantic/Faeroe': 'Faroe Islands',
  'Europe/Kiev': 'Kyiv',
  'Pacific/Ponape': 'Pohnpei',
  'Pacific/Truk': 'Chuuk',
  'America/Sao_Paulo': 'São Paulo',
  'America/Asuncion': 'Asunción',
  'America/Bogota': 'Bogotá',
};

/** Cities that people look for, and that go by the clock of another one. */
const ALSO: Record<string, string[]> = {
  'America/New_York': [
    'Atlanta',
    'Boston',
    'Miami',
    'Philadelphia',
    'Pittsburgh',
    'Washington, DC',
  ],
  'America/Toronto': ['Montreal', 'Ottawa'],
  'America/Chicago': ['Austin', 'Dallas', 'Houston', 'Minneapolis', 'New Orleans', 'St. Louis'],
  'America/Denver': ['Albuquerque', 'Salt Lake City'],
  'America/Edmonton': ['Calgary'],
  'America/Los_Angeles': ['Las Vegas', 'Portland', 'San Diego', 'San Francisco', 'Seattle'],
  'America/Sao_Paulo': ['Brasília', 'Rio de Janeiro'],
  'Europe/London': ['Edinburgh', 'Manchester'],
  'Europe/Berlin': ['Cologne', 'Frankfurt', 'Hamburg', 'Munich'],
  'Europe/Madrid': ['Barcelona'],
  'Europe/Rome': ['Milan'],
  'Europe/Zurich': ['Geneva'],
  'Europe/Istanbul': ['Ankara'],
  'Europe/Moscow': ['St. Petersburg'],
  'Africa/Johannesburg': ['Cape Town'],
  'Asia/Calcutta': ['Bengaluru', 'Chennai', 'Delhi', 'Mumbai'],
  'Asia/Kolkata': ['Bengaluru', 'Chennai', 'Delhi', 'Mumbai'],
  'Asia/Shanghai': ['Beijing', 'Shenzhen'],
  'Asia/Tokyo': ['Osaka'],
  'Asia/Jerusalem': ['Tel Aviv'],
  'Australia/Sydney': ['Canberra'],
  'Pacific/Auckland': ['Wellington'],
};

/** A zone's city as people write it: "Kyiv", "Buenos Aires, Argentina". */
function cityOf(zone: string): string {
  const places = zone.split('/').slice(1).reverse();
  const written = places.length > 0 ? places.join(', ') : zone;
  return CITIES[zone] ?? written.replaceAll('_', ' ');
}

/**
 * What people call the clock of a zone: "Eastern time", "Kyiv time", "UTC".
 *
 * @param zone an IANA name, of whatever edition
 */
export function clockCalled(zone: string): string {
  if (/^(UTC|GMT|Etc\/.*)$/.test(zone)) return zone;
  return CLOCKS[zone] ?? `${cityOf(zone).split(', ')[0]} time`;
}

/** One line of a list of zones. */
export interface ZoneChoice {
  zone: string;
  /** "New York (Eastern time)", "Kyiv". */
  label: string;
}

/** The places by which a zone is looked for, its own first. */
export function placesOf(zone: string): ZoneChoice[] {
  const clock = CLOCKS[zone];
  return [cityOf(zone), ...(ALSO[zone] ?? [])].map((place) => ({
    zone,
    label: clock ? `${place} (${clock})` : place,
  }));
}

/** The clocks that most of the course's readers live by, as they call them, from east to west. */
export const COMMON_CLOCKS: ZoneChoice[] = [
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Phoenix',
  'America/Los_Angeles',
  'America/Anchorage',
  'Pacific/Honolulu',
].map((zone) => ({ zone, label: `${clockCalled(zone)} (${cityOf(zone)})` }));
