// SPDX-License-Identifier: Apache-2.0
// How resources are called: by their Name tag and their id.
import type { Tag } from '@aws-sdk/client-ec2';

export function nameOf(tagged: { Tags?: Tag[] } | undefined): string {
  return tagged?.Tags?.find((tag) => tag.Key === 'Name')?.Value ?? '';
}

// "web (i-0123)"; the id alone when it has no name.
export function label(id: string | undefined, name: string | undefined): string {
  return name === undefined || name === '' ? (id ?? '') : `${name} (${id ?? ''})`;
}

// The tags of something new; none when nobody typed a name.
export function nameTag<T extends string>(type: T, name: string) {
  return name === '' ? undefined : [{ ResourceType: type, Tags: [{ Key: 'Name', Value: name }] }];
}
