/** How a parcel comes. */
export interface Delivery {
  evening: boolean;
  days: number;
  note: string;
}

/** Writes it into a section of the page. */
export function showDelivery(id: string, { evening, days, note }: Delivery): void {
  const rows = [
    ["Comes in", days === 1 ? "1 day" : `${days} days`],
    ["In the evening", evening ? "yes" : "no"],
    ["Note", note],
  ];
  document.querySelector(`#${id} dl`)?.replaceChildren(
    ...rows.flatMap(([term = "", text = ""]) => {
      const [dt, dd] = [document.createElement("dt"), document.createElement("dd")];
      dt.textContent = term;
      dd.textContent = text;
      return [dt, dd];
    }),
  );
}
