// How long ago something was, as the page's language says it; longer ago, its day.
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];
const FAR = 30;

export class When {
  private readonly near: Intl.RelativeTimeFormat;
  private readonly day: Intl.DateTimeFormat;
  private readonly full: Intl.DateTimeFormat;

  constructor({ locale = "en", digits = "latn", zone = "UTC" }: DOMStringMap) {
    const tag = `${locale}-u-nu-${digits}`;
    this.near = new Intl.RelativeTimeFormat(tag, { numeric: "auto" });
    this.day = new Intl.DateTimeFormat(tag, { dateStyle: "long", timeZone: zone });
    this.full = new Intl.DateTimeFormat(tag, { dateStyle: "long", timeStyle: "short", timeZone: zone });
  }

  // Microseconds.
  ago(at: number): HTMLTimeElement {
    const then = new Date(at / 1000);
    const time = document.createElement("time");
    time.dateTime = then.toISOString();
    time.title = this.full.format(then);
    time.textContent = this.said(then, (Date.now() - then.getTime()) / 1000);
    return time;
  }

  private said(then: Date, seconds: number): string {
    if (seconds > FAR * 86_400) return this.day.format(then);
    const [unit, length] = STEPS.find(([, length]) => seconds >= length) ?? ["second", Infinity];
    return this.near.format(-Math.floor(Math.max(0, seconds) / length), unit as Intl.RelativeTimeFormatUnit);
  }
}
