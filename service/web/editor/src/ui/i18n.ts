// What the page lends the script to say, in its language.
export interface Spoken {
  readonly says: Readonly<Record<string, string>>;
  readonly counts: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export class Words {
  private readonly plural: Intl.PluralRules;
  private readonly figures: Intl.NumberFormat;
  private readonly lists: Intl.ListFormat;

  constructor(
    private readonly spoken: Spoken,
    lang: string,
    digits: string,
  ) {
    this.plural = new Intl.PluralRules(lang);
    this.figures = new Intl.NumberFormat(`${lang}-u-nu-${digits}`);
    this.lists = new Intl.ListFormat(lang, { type: "conjunction" });
  }

  say(name: string, places: Readonly<Record<string, string>> = {}): string {
    return filled(this.spoken.says[name] ?? name, places);
  }

  count(name: string, count: number, places: Readonly<Record<string, string>> = {}): string {
    const forms = this.spoken.counts[name] ?? {};
    const form = forms[this.plural.select(count)] ?? forms.other ?? name;
    return filled(form, { ...places, count: this.number(count) });
  }

  number(value: number): string {
    return this.figures.format(value);
  }

  join(items: readonly string[]): string {
    return this.lists.format(items);
  }
}

const filled = (sentence: string, places: Readonly<Record<string, string>>): string =>
  sentence.replace(/\{(\w+)\}/g, (place, name: string) => places[name] ?? place);
