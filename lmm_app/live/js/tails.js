// The two-sided p of a t statistic: the regularised incomplete beta function.

/** P(|T| > |t|) for Student's t with df degrees of freedom. */
export function tailsOf(t, df) {
  if (!Number.isFinite(t) || !(df > 0)) return Number.isNaN(t) ? NaN : 0;
  // Both x and 1 - x as they are: near t = 0 a difference would have no digits.
  return incompleteBeta(df / (df + t * t), (t * t) / (df + t * t), df / 2, 0.5);
}

/** I_x(a, b) with y = 1 - x: the continued fraction DLMF 8.17.22, on the side where it is fast. */
function incompleteBeta(x, y, a, b) {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  const powers = a * (x > 0.5 ? Math.log1p(-y) : Math.log(x)) + b * (y > 0.5 ? Math.log1p(-x) : Math.log(y));
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + powers);
  return x < (a + 1) / (a + b + 2) ? (front * fraction(x, a, b)) / a : 1 - (front * fraction(y, b, a)) / b;
}

/** By Lentz's method. */
function fraction(x, a, b) {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1) || tiny);
  let sum = d;
  for (let m = 1; m <= 500; m++) {
    for (const term of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 / (1 + term * d || tiny);
      c = 1 + term / c || tiny;
      sum *= d * c;
    }
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return sum;
}

/** log Γ of a positive number (Stirling's series, DLMF 5.11.1, after the argument is raised). */
function logGamma(x) {
  let shift = 0;
  let z = x;
  for (; z < 15; z++) shift += Math.log(z);
  const terms = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360];
  let series = 0;
  for (let k = terms.length - 1; k >= 0; k--) series = series / (z * z) + terms[k];
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series / z - shift;
}
