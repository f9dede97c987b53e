/** The legend's pictures. */
import { svg, type TemplateResult } from "lit";
import { css, outline, type Look } from "./look.js";

/** A seat of a category, as the map shows it. */
export function swatch(look: Look): TemplateResult {
  return svg`<path d=${path(look)} fill=${css(look.fill)} />`;
}

/** The outline of a category's shape around the middle, in the words of SVG. */
function path({ shape }: Look): string {
  const words: string[] = [];
  const pen = {
    moveTo: (x: number, y: number) => words.push(`M${x} ${y}`),
    lineTo: (x: number, y: number) => words.push(`L${x} ${y}`),
    closePath: () => words.push("Z"),
    rect: (x: number, y: number, width: number, height: number) =>
      words.push(`M${x} ${y}h${width}v${height}h${-width}Z`),
    arc: (x: number, y: number, r: number, from: number, to: number) => {
      // Two halves: one arc of SVG can't end where it begins.
      for (const angle of [(from + to) / 2, to]) {
        words.push(`A${r} ${r} 0 0 1 ${x + r * Math.cos(angle)} ${y + r * Math.sin(angle)}`);
      }
    },
  };
  outline(pen, shape, 0, 0, 8);
  return words.join("");
}
