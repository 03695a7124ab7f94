// Translated messages, which the page provides in its language.
export interface Messages {
  readonly says: Readonly<Record<string, string>>;
  readonly counts: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export class I18n {
  private readonly plurals: Intl.PluralRules;
  private readonly numbers: Intl.NumberFormat;
  private readonly lists: Intl.ListFormat;

  constructor(
    private readonly messages: Messages,
    lang: string,
    digits: string,
  ) {
    this.plurals = new Intl.PluralRules(lang);
    this.numbers = new Intl.NumberFormat(`${lang}-u-nu-${digits}`);
    this.lists = new Intl.ListFormat(lang, { type: "conjunction" });
  }

  t(name: string, values: Readonly<Record<string, string>> = {}): string {
    return interpolate(this.messages.says[name] ?? name, values);
  }

  n(name: string, count: number, values: Readonly<Record<string, string>> = {}): string {
    const forms = this.messages.counts[name] ?? {};
    const form = forms[this.plurals.select(count)] ?? forms.other ?? name;
    return interpolate(form, { ...values, count: this.formatNumber(count) });
  }

  formatNumber(value: number): string {
    return this.numbers.format(value);
  }

  formatList(items: readonly string[]): string {
    return this.lists.format(items);
  }
}

const interpolate = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
