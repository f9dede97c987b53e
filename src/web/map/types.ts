/** What `<seat-map>` tells the page around it. */
import type { Schemas } from "../client/index.js";

/** A seat that was chosen. */
export interface ChosenSeat {
  id: string;
  /** What a person reads: "Block D, row 14, seat 1". */
  label: string;
  category: string;
  /** In the smallest unit of the show's currency. */
  price: number;
}

/** Places of a standing area that were chosen. */
export interface ChosenArea {
  id: string;
  name: string;
  quantity: number;
  price: number;
}

/** `usher-selection`: what is chosen now. */
export interface Selection {
  seats: ChosenSeat[];
  areas: ChosenArea[];
  total: { amount: number; currency: string };
}

/** `usher-lost`: a chosen seat that somebody else got, and what is still free beside it. */
export interface Lost {
  seat: ChosenSeat;
  instead: ChosenSeat[];
}

/** `usher-hold`: the seats are held. */
export type Hold = Schemas["Hold"];

/** The events by name; each bubbles and crosses shadow roots. */
export interface SeatMapEvents {
  "usher-selection": CustomEvent<Selection>;
  "usher-lost": CustomEvent<Lost>;
  "usher-hold": CustomEvent<Hold>;
  /** The first picture is complete. */
  "usher-ready": CustomEvent<undefined>;
  /** A hold was refused, or the map could not be had; `ProblemError` or what the network said. */
  "usher-refused": CustomEvent<unknown>;
}
