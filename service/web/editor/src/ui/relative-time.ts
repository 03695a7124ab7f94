// Relative times in the page's language; the date for times more than MAX_RELATIVE_DAYS ago.
const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];
const MAX_RELATIVE_DAYS = 30;

export class RelativeTime {
  private readonly relative: Intl.RelativeTimeFormat;
  private readonly date: Intl.DateTimeFormat;
  private readonly dateTime: Intl.DateTimeFormat;

  constructor({ locale = "en", digits = "latn", zone = "UTC" }: DOMStringMap) {
    const tag = `${locale}-u-nu-${digits}`;
    this.relative = new Intl.RelativeTimeFormat(tag, { numeric: "auto" });
    this.date = new Intl.DateTimeFormat(tag, { dateStyle: "long", timeZone: zone });
    this.dateTime = new Intl.DateTimeFormat(tag, { dateStyle: "long", timeStyle: "short", timeZone: zone });
  }

  /** A <time> element for a time in microseconds since the epoch. */
  element(at: number): HTMLTimeElement {
    const moment = new Date(at / 1000);
    const time = document.createElement("time");
    time.dateTime = moment.toISOString();
    time.title = this.dateTime.format(moment);
    time.textContent = this.format(moment, (Date.now() - moment.getTime()) / 1000);
    return time;
  }

  private format(moment: Date, seconds: number): string {
    if (seconds > MAX_RELATIVE_DAYS * 86_400) return this.date.format(moment);
    const [unit, length] = UNITS.find(([, length]) => seconds >= length) ?? ["second", Infinity];
    return this.relative.format(-Math.floor(Math.max(0, seconds) / length), unit as Intl.RelativeTimeFormatUnit);
  }
}
