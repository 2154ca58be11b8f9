export interface Story {
  id: string;
  title: string;
  text: string;
}

export const STORIES: readonly Story[] = [
  {
    id: "bulbs",
    title: "Warm is a number",
    text: "2,700 kelvin is an evening, 4,000 is a dentist. Buy the bulb first, then the lamp around it.",
  },
  {
    id: "three",
    title: "Three lamps beat one",
    text: "One to read by, one to eat by, one in a corner for nothing at all. The ceiling can stay dark.",
  },
  {
    id: "dimmer",
    title: "In praise of the dimmer",
    text: "A room at half its light is twice the room. Ten minutes with a screwdriver, and the power off.",
  },
  {
    id: "shade",
    title: "What a shade is for",
    text: "Not to make the light less, but to say where it goes. Sit down, look up: no bulb should look back.",
  },
];
