/* SPDX-License-Identifier: LGPL-2.1-only */
/* stage-view.h - the stages of a chain, as those who look at it see them */
#ifndef STAGE_VIEW_H
#define STAGE_VIEW_H

#include "internal.h"
#include "pin/pin.h"
#include "prog/info.h"

struct stage_views {
	struct xdplab_stage *views;
	struct pin_stage *kept; /* what they point into: this, and */
	struct info *infos;	/* what the kernel knows of their marks */
	size_t nr;
};

/* The stages of generation `prog_id`; an error if it is none of a chain, or
 * one that cannot be read. */
int stage_views_read(struct stage_views *stages, const struct pin_home *home,
		     uint32_t prog_id);
void stage_views_free(struct stage_views *stages);

#endif
