/** QR codes, drawn by the page. */
import qrcode from "qrcode-generator";
import { html, svg, type TemplateResult } from "lit";

/** Modules of quiet zone on each side (ISO/IEC 18004, section 6.3.8), as on the ticket itself. */
const MARGIN = 4;

/** A code's modules: rows of dark and light. Medium correction, as on the ticket itself. */
export function modules(text: string): boolean[][] {
  const code = qrcode(0, "M");
  code.addData(text, "Byte");
  code.make();
  const side = [...Array(code.getModuleCount()).keys()];
  return side.map((row) => side.map((column) => code.isDark(row, column)));
}

/** The dark modules as one path: a stripe for each run of them. */
export function outline(rows: boolean[][]): string {
  return rows
    .map((row, y) =>
      row
        .map((dark, x) => {
          if (!dark || row[x - 1] === true) return "";
          const end = row.indexOf(false, x);
          const width = (end === -1 ? row.length : end) - x;
          return `M${x + MARGIN} ${y + MARGIN}h${width}v1h-${width}z`;
        })
        .join(""),
    )
    .join("");
}

/** A text's code as a picture: black on white also in the dark, since readers need it so. */
export function qrCode(text: string, name: string): TemplateResult {
  const rows = modules(text);
  const side = rows.length + 2 * MARGIN;
  return html`<svg class="qr" viewBox="0 0 ${side} ${side}" role="img" aria-label=${name}
    shape-rendering="crispEdges">
    ${svg`<rect width=${side} height=${side} fill="#fff"></rect>
      <path d=${outline(rows)} fill="#000"></path>`}
  </svg>`;
}
