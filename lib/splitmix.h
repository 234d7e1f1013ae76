/* SPDX-License-Identifier: LGPL-2.1-only */
/* splitmix.h - random numbers: the same for the same seed */
#ifndef SPLITMIX_H
#define SPLITMIX_H

#include <stdint.h>

/* splitmix64 of Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators"; `state` begins as the seed. */
static inline uint64_t splitmix(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

#endif
