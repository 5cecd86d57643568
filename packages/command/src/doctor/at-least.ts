/** Whether a version's numbers are those needed or later ones; numbers that are missing count as 0. */
export function isAtLeast(numbers: readonly number[], needed: readonly number[]): boolean {
  const first = needed.findIndex((number, index) => (numbers[index] ?? 0) !== number)
  return first === -1 || (numbers[first] ?? 0) > (needed[first] ?? 0)
}
