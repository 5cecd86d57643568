/** Tells the time in milliseconds since the Unix epoch. Handed in, so that a test's clock is a number. */
export type Clock = () => number
