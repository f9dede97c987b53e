/** What the parts of the operator's page share: how tables, panels and figures look. */
import { css } from "lit";

/** Lines and shapes of nodes: told apart by dash and number too, never by colour alone. */
export const DASHES: readonly number[][] = [[], [7, 3], [2, 2], [9, 3, 2, 3], [4, 2], [1, 3]];

/** A node's place among them. */
export function look(node: number): number {
  return (node - 1) % DASHES.length;
}

export const shared = css`
  :host {
    display: block;
    font-variant-numeric: tabular-nums;
    --l0: light-dark(#5b2ea6, #b79cff);
    --l1: light-dark(#0b6f82, #5fd0e0);
    --l2: light-dark(#a04a00, #ffb067);
    --l3: light-dark(#2c6e2f, #8fd694);
    --l4: light-dark(#a61e4d, #ff8fb8);
    --l5: light-dark(#364fc7, #91a7ff);
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h2,
  h3 {
    margin: 0;
    font-size: 0.95rem;
    font-weight: 600;
    line-height: 1.4;
  }
  p {
    margin: 0;
  }
  .soft {
    color: var(--ink-soft);
  }
  .small {
    font-size: 0.8125rem;
  }
  .good {
    color: var(--good);
  }
  .warn {
    color: var(--warn);
  }
  .bad {
    color: var(--bad);
  }
  .scrolls {
    position: relative;
    overflow-x: auto;
    border-radius: var(--radius);
  }
  .scrolls:focus-visible,
  button:focus-visible,
  input:focus-visible,
  summary:focus-visible,
  a:focus-visible {
    outline: 3px solid var(--accent);
    outline-offset: 2px;
  }
  a {
    color: var(--accent);
  }
  table {
    width: 100%;
    border-collapse: collapse;
    font-size: 0.8125rem;
    line-height: 1.35;
  }
  th,
  td {
    padding: 0.5rem 0.5rem;
    border-bottom: 1px solid var(--line);
    text-align: left;
    white-space: nowrap;
    vertical-align: middle;
  }
  thead th {
    color: var(--ink-soft);
    font-size: 0.75rem;
    font-weight: 500;
  }
  tbody th {
    font-weight: 600;
  }
  tbody th .small {
    font-weight: 400;
  }
  th:first-child,
  td:first-child {
    padding-left: 1rem;
  }
  th:last-child,
  td:last-child {
    padding-right: 1rem;
  }
  tbody tr:last-child > * {
    border-bottom: 0;
  }
  .number {
    text-align: right;
  }
  button {
    min-height: 2rem;
    padding: 0.25rem 0.7rem;
    border: 1px solid var(--line);
    border-radius: 0.45rem;
    background: var(--card);
    color: var(--ink);
    font: inherit;
    font-size: 0.8125rem;
    cursor: pointer;
  }
  button:hover:not(:disabled) {
    border-color: var(--ink-soft);
  }
  button.primary {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--on-accent);
    font-weight: 600;
  }
  button.danger {
    border-color: var(--bad);
    color: var(--bad);
    font-weight: 600;
  }
  button:disabled {
    opacity: 0.55;
    cursor: not-allowed;
  }
  @media (pointer: coarse) {
    button {
      min-height: 2.75rem;
    }
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;

/** What asks for something in words. */
export const forms = css`
  h2 {
    font-size: 1.125rem;
  }
  label {
    display: grid;
    gap: 0.35rem;
  }
  input {
    min-height: 2.75rem;
    padding: 0.4rem 0.7rem;
    border: 1px solid var(--ink-soft);
    border-radius: 0.45rem;
    background: var(--paper);
    color: var(--ink);
    font: inherit;
  }
`;
