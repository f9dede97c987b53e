/** `format=packed`: two bits a seat, four seats a byte from the low bits, in plan order. */

const SEATS_A_BYTE = 4;
const BITS = 2;
const MASK = 3;

/** 1 for each seat that is free. */
export function unpack(packed: Uint8Array, seats: number): Uint8Array {
  if (packed.length !== Math.ceil(seats / SEATS_A_BYTE)) {
    throw new Error(`${packed.length} bytes are not the states of ${seats} seats`);
  }
  const free = new Uint8Array(seats);
  for (let seat = 0; seat < seats; seat += 1) {
    const byte = packed[Math.floor(seat / SEATS_A_BYTE)] ?? 0;
    const state = (byte >> (BITS * (seat % SEATS_A_BYTE))) & MASK;
    free[seat] = state === 0 ? 1 : 0;
  }
  return free;
}
