// Before the rotation: V(h)/v = hK + (1−h)I, relatives side by side.

import { html } from "./svg.js";

/** The picture of V(h); `show(frame)` redraws it at another h. */
export function covariancePanel(parent, picture, cells) {
  const { h } = picture;
  const { K, m, limit, binned, ids, colors } = cells;
  const figure = html("div", "square", "", parent);
  figure.setAttribute("role", "img");
  const canvas = html("canvas", "", "", figure);
  canvas.width = canvas.height = m;
  const context = canvas.getContext("2d");
  const image = context.createImageData(m, m);
  const few = ids ? html("div", "cells", "", figure) : null;
  const texts = [];
  if (few) {
    few.style.gridTemplateColumns = `repeat(${m}, 1fr)`;
    for (let i = 0; i < m * m; i++) {
      const cell = html("span", "", "", few);
      cell.title = `${ids[Math.floor(i / m)]} and ${ids[i % m]}`;
      texts.push(cell);
    }
  }
  const show = (frame) => {
    const share = h[frame];
    for (let i = 0; i < m * m; i++) {
      const identity = !binned && i % (m + 1) === 0 ? 1 - share : 0;
      const value = share * K[i] + identity;
      const strength = Math.min(Math.abs(value) / limit, 1);
      const end = value > 0 ? colors.more : colors.less;
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = colors.none[c] + strength * (end[c] - colors.none[c]);
      image.data[4 * i + 3] = 255;
      if (few) {
        const words = value.toFixed(2).replace("-", "−");
        if (texts[i].textContent !== words) texts[i].textContent = words;
        texts[i].style.color = value > 0 && strength > 0.92 ? "#fff" : "#000";
      }
    }
    context.putImageData(image, 0, 0);
    figure.setAttribute("aria-label", cells.alts[frame]);
  };
  return { show };
}
