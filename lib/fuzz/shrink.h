/* SPDX-License-Identifier: LGPL-2.1-only */
/* shrink.h - what the files that make a packet less know of each other */
#ifndef FUZZ_SHRINK_H
#define FUZZ_SHRINK_H

#include "fuzz.h"

struct shrinking {
	struct fuzz_target *target;
	const struct fuzz_wrong *wrong;
	struct fuzz_packets *packets;
	struct xdplab_packet *packet; /* one of them, the least so far */
	struct xdplab_packet trial;   /* that may be less */
	size_t odd;		      /* fields that it has, as below */
	bool is_less;		      /* it was, in this round */
	bool resets;		      /* before each trial */
	int err;
};

/* A copy of the least so far, to be made less. */
struct xdplab_packet *shrinking_try(struct shrinking *s);
/* Keeps what was tried, if the same is wrong with it.  A damaged packet may be
 * shorter than a sound one, but says less of what is wrong. */
bool shrinking_keep(struct shrinking *s);

/* ---- shrink-fields.c ---- */

void shrinking_fields(struct shrinking *s);
void shrinking_payloads(struct shrinking *s);
/* Makes these bytes zeros: all of them, or else one half and then the other. */
void shrinking_zero(struct shrinking *s, size_t at, size_t length);

#endif
