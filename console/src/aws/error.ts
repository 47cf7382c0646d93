// SPDX-License-Identifier: Apache-2.0
// What an error says to a person: AWS's code is kept, since it is what documentation is found by.
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return error.name === 'Error' || error.name === ''
    ? error.message
    : `${error.name}: ${error.message}`;
}
