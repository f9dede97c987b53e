/** How `<seat-map>` looks. Pages change it by `--seat-map-…`, or by the parts. */
import { css, unsafeCSS } from "lit";
import leaflet from "leaflet/dist/leaflet.css?raw";

/**
 * The colours: the page's say for this element first, then the names of shared/style.css, then
 * what stands here, for pages that have neither.
 */
export const colors = css`
  :host {
    --_ink: var(--seat-map-ink, var(--ink, light-dark(#1b1b22, #f1f0f5)));
    --_soft: var(--seat-map-soft, var(--ink-soft, light-dark(#55556a, #b4b3c4)));
    --_paper: var(--seat-map-paper, var(--paper, light-dark(#fbfaf7, #16161c)));
    --_card: var(--seat-map-card, var(--card, light-dark(#ffffff, #202029)));
    --_line: var(--seat-map-line, var(--line, light-dark(#d8d6e0, #3a3a48)));
    --_accent: var(--seat-map-accent, var(--accent, light-dark(#5b2ea6, #b79cff)));
    --_on-accent: var(--seat-map-on-accent, var(--on-accent, light-dark(#ffffff, #1b1030)));
    --_warn: var(--seat-map-warn, var(--warn, light-dark(#7a4b00, #f2bd5c)));
    --_radius: var(--seat-map-radius, var(--radius, 0.6rem));
    --_font: var(--seat-map-font, var(--font, system-ui, sans-serif));
    --_height: var(--seat-map-height, 34rem);
  }
`;

/** What the element and its list have in common. */
export const shared = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  button,
  select {
    min-height: 2.75rem;
    padding: 0.4rem 0.8rem;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_card);
    color: var(--_ink);
    font: inherit;
    cursor: pointer;
  }
  button:disabled {
    opacity: 0.55;
    cursor: not-allowed;
  }
  :focus-visible {
    outline: 3px solid var(--_accent);
    outline-offset: 2px;
  }
  [hidden] {
    display: none !important;
  }
`;

const layout = css`
  :host {
    display: block;
    container-type: inline-size;
    color: var(--_ink);
    font-family: var(--_font);
    font-size: 1rem;
    line-height: 1.5;
  }
  .frame {
    position: relative;
    display: grid;
    gap: 0 0.75rem;
    grid-template-columns: minmax(0, 1fr);
    grid-template-areas: "tools" "list" "map" "legend" "areas" "notice" "choice";
  }
  .legend,
  .areas,
  .notice,
  .choice {
    margin-block: 0.75rem 0;
  }
  .list {
    grid-area: list;
    overflow: auto;
    max-height: var(--_height);
    padding: 0.75rem;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_card);
  }
  .tools {
    grid-area: tools;
    display: flex;
    margin-block-end: 0.75rem;
    flex-wrap: wrap;
    gap: 0.5rem;
    align-items: end;
  }
  .views {
    display: flex;
  }
  .views button {
    border-radius: 0;
  }
  .views button:first-child {
    border-start-start-radius: var(--_radius);
    border-end-start-radius: var(--_radius);
  }
  .views button:last-child {
    border-start-end-radius: var(--_radius);
    border-end-end-radius: var(--_radius);
    border-inline-start: 0;
  }
  .views button[aria-pressed="true"] {
    background: var(--_ink);
    color: var(--_card);
  }
  form {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
    align-items: end;
  }
  label {
    display: grid;
    color: var(--_soft);
    font-size: 0.8125rem;
  }
  select {
    font-size: 1rem;
    max-width: 11rem;
  }
  .plan {
    grid-area: map;
    position: relative;
    z-index: 0;
    overflow: hidden;
    height: var(--_height);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
  }
  .legend {
    grid-area: legend;
    display: flex;
    flex-wrap: wrap;
    gap: 0.25rem 1.25rem;
    padding: 0;
    list-style: none;
    font-size: 0.9375rem;
  }
  .legend li {
    display: flex;
    gap: 0.4rem;
    align-items: center;
  }
  .legend svg {
    width: 1.1rem;
    height: 1.1rem;
    flex: none;
  }
  .price {
    color: var(--_soft);
  }
  .areas {
    grid-area: areas;
    display: grid;
    gap: 0.5rem;
  }
  .area {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 1rem;
    align-items: center;
    justify-content: space-between;
    padding: 0.5rem 0.75rem;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_card);
  }
  .stepper {
    display: flex;
    gap: 0.75rem;
    align-items: center;
  }
  .stepper button {
    width: 2.75rem;
    padding: 0;
  }
  .stepper output {
    min-width: 1.5rem;
    text-align: center;
    font-variant-numeric: tabular-nums;
  }
  .notice {
    grid-area: notice;
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 1rem;
    align-items: center;
    justify-content: space-between;
    padding: 0.6rem 0.9rem;
    border: 1px solid var(--_warn);
    border-inline-start-width: 0.4rem;
    border-radius: var(--_radius);
    background: var(--_card);
  }
  .notice p {
    margin: 0;
    flex: 1 1 14rem;
  }
  .choice {
    grid-area: choice;
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem 1rem;
    align-items: center;
    justify-content: space-between;
    padding: 0.75rem;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_card);
  }
  .choice ul {
    display: flex;
    flex-wrap: wrap;
    flex: 1 1 100%;
    gap: 0.4rem;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .choice li button {
    min-height: 2.25rem;
    padding: 0.2rem 0.7rem;
    font-size: 0.9375rem;
  }
  .total {
    margin: 0;
  }
  .total strong {
    font-size: 1.125rem;
    font-variant-numeric: tabular-nums;
  }
  .primary {
    border-color: var(--_accent);
    background: var(--_accent);
    color: var(--_on-accent);
    font-weight: 600;
  }
  .aside {
    position: absolute;
    overflow: hidden;
    width: 1px;
    height: 1px;
    margin: -1px;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  @container (max-width: 46rem) {
    .plan {
      height: min(var(--_height), 62vh);
    }
    /* Out of sight behind the map, and the first stop of Tab none the less: it shows itself then. */
    .list:not(.open):not(:focus-within) {
      position: absolute;
      overflow: hidden;
      width: 1px;
      height: 1px;
      padding: 0;
      clip-path: inset(50%);
    }
    .list.open ~ .plan {
      display: none;
    }
  }
  @container (min-width: 46.01rem) {
    .frame {
      grid-template-columns: 17rem minmax(0, 1fr);
      grid-template-rows: auto var(--_height);
      grid-template-areas:
        "list tools" "list map" "legend legend" "areas areas" "notice notice" "choice choice";
    }
    .frame.seatless {
      grid-template-rows: auto;
    }
    .list {
      max-height: none;
      height: 0;
      min-height: 100%;
    }
    .views {
      display: none;
    }
  }
`;

const map = css`
  .map {
    height: 100%;
    /* The canvas takes its colours from here. */
    color: var(--_ink);
    background: var(--_card);
    border: 0 solid var(--_line);
    outline-color: var(--_soft);
    font: inherit;
  }
  .map:focus-visible {
    outline: 3px solid var(--_accent);
    outline-offset: -3px;
  }
  .map.over {
    cursor: pointer;
  }
  .zoom {
    position: absolute;
    inset-block-end: 0.5rem;
    inset-inline-end: 0.5rem;
    z-index: 1000;
    display: flex;
    gap: 0.3rem;
  }
  .zoom button {
    width: 2.75rem;
    padding: 0;
    font-size: 1.25rem;
    line-height: 1;
  }
  .tip {
    position: absolute;
    inset: 0 auto auto 0;
    z-index: 1001;
    max-width: 16rem;
    padding: 0.3rem 0.6rem;
    border: 1px solid var(--_line);
    border-radius: 0.4rem;
    background: var(--_card);
    box-shadow: 0 2px 10px rgb(0 0 0 / 0.2);
    font-size: 0.875rem;
    pointer-events: none;
  }
  .tip p {
    margin: 0;
  }
  /* A finger leaves it behind; what it chose stands below the map. */
  @media (hover: none) {
    .tip {
      display: none;
    }
  }
  .cover {
    position: absolute;
    inset: 0;
    z-index: 1002;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 0.75rem;
    padding: 1rem;
    background: var(--_card);
    color: var(--_soft);
    text-align: center;
  }
  .mark {
    border-radius: 50%;
    border: 3px solid var(--_accent);
    background: var(--_card);
  }
  .mark::after {
    content: "";
    position: absolute;
    inset: 22% 34% 30%;
    border: solid var(--_accent);
    border-width: 0 0.17rem 0.17rem 0;
    transform: rotate(45deg);
  }
  .mark.own {
    border-style: double;
    border-width: 4px;
    border-color: var(--_ink);
  }
  .mark.own::after {
    inset: 32%;
    border: 0;
    border-radius: 50%;
    background: var(--_ink);
    transform: none;
  }
  .mark.focus {
    background: none;
    border: 3px dashed var(--_ink);
    transform-origin: center;
  }
  .mark.focus::after {
    content: none;
  }
  .fade {
    border-radius: 50%;
    animation: fade 0.9s ease-out forwards;
  }
  @keyframes fade {
    to {
      opacity: 0;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .fade {
      display: none;
    }
  }
`;

export const styles = [unsafeCSS(leaflet), colors, shared, layout, map];
