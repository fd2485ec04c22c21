export interface Sample {
  readonly calls: number;
  readonly bytes: number;
}

export interface Slope {
  readonly bytesACall: number;
  readonly standardError: number;
}

/** Ordinary least squares of bytes on calls, with the usual standard error of the slope. At least three samples. */
export function slopeOf(samples: readonly Sample[]): Slope {
  const count = samples.length;
  if (count < 3) throw new RangeError(`Expected three samples or more, got ${count}`);
  const mean = (pick: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + pick(sample), 0) / count;
  const [meanCalls, meanBytes] = [mean(({ calls }) => calls), mean(({ bytes }) => bytes)];
  let squares = 0;
  let products = 0;
  for (const { calls, bytes } of samples) {
    squares += (calls - meanCalls) ** 2;
    products += (calls - meanCalls) * (bytes - meanBytes);
  }
  const bytesACall = products / squares;
  const residuals = samples.reduce(
    (sum, { calls, bytes }) => sum + (bytes - meanBytes - bytesACall * (calls - meanCalls)) ** 2,
    0,
  );
  return { bytesACall, standardError: Math.sqrt(residuals / (count - 2) / squares) };
}
